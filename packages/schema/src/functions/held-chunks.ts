// Held chunks: a conversion to columns truncates the rows it has converted, which no snapshot survives: a statement that
// waited for it with an older snapshot finds them neither as rows nor in columns (TimescaleDB 2.29.2, seen). A statement
// inside of a function takes its snapshot before it takes its locks, so what reads history for the accounting locks first.

/** PL/pgSQL condition: this transaction keeps one snapshot, so what was committed after it began it never sees. */
export const keepsOneSnapshot =
  "current_setting('transaction_isolation') in ('repeatable read', 'serializable')";

/**
 * PL/pgSQL: holds the chunks of `table` from the moment `from` on as an UPDATE of them would, until the transaction ends. The next
 * statement of a function at read committed sees all that is in them; a transaction that keeps an older snapshot, and
 * could not, is told to try again (40001). Without chunks it is a plan and no more.
 */
export const holdChunks = (table: string, timeColumn: string, from: string): string =>
  /* sql */ `
  -- A plan locks what it is for, and EXPLAIN does no more than plan.
  execute 'explain update ${table} set retain_until = retain_until where ${timeColumn} >= $1' using ${from};
  if ${keepsOneSnapshot} and exists (
    -- The file of a chunk as this transaction sees it, and as it is: another one is a chunk that was truncated since.
    select from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = '${table}'::regclass and c.relfilenode <> pg_relation_filenode(c.oid)
  ) then
    raise exception 'A chunk of % was converted while this transaction ran, which therefore does not see all of it.', '${table}'
      using errcode = 'serialization_failure', table = '${table}', hint = 'Try the transaction again.';
  end if;`.trim();
