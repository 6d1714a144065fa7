// Statements that change rows in columns. The server takes the batches of such rows out of them first, by default 100,000 rows of a
// transaction at most, and then refuses; rows lie in the order of time, so the batches of one position hold its whole account.

/** SQL, in a declaration: the limit as it is; NULL where the server has none. */
export const declareLimit = /* sql */ `most_rows text := current_setting('timescaledb.max_tuples_decompressed_per_dml_transaction', true);`;

/** SQL, around statements: without the limit. Needs `declareLimit`. */
export const withoutLimit = (statements: string): string => /* sql */ `if most_rows is not null then
    perform set_config('timescaledb.max_tuples_decompressed_per_dml_transaction', '0', true);
  end if;
  ${statements}
  if most_rows is not null then
    perform set_config('timescaledb.max_tuples_decompressed_per_dml_transaction', most_rows, true);
  end if;`;
