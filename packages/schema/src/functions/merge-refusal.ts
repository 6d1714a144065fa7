// TimescaleDB hands a MERGE's updates to statement triggers wrongly: once the statement has inserted a row, NEW TABLE of
// the UPDATE repeats that row instead of the updated ones (2.29.2, seen; INSERT ... ON CONFLICT is right). What a
// trigger would make of it is wrong, so the statement is refused. A MERGE that only inserts or only updates is fine.

/** SQL: refuses the statement where a row of `oldTable` has no successor of the same `key` in `newTable`. */
export const refuseWrongMerge = (oldTable: string, newTable: string, key: string): string =>
  /* sql */ `
  if exists (select ${key} from ${oldTable} except select ${key} from ${newTable}) then
    raise exception 'This version of TimescaleDB cannot MERGE into % rightly: use INSERT ... ON CONFLICT, or UPDATE and INSERT apart.', tg_table_name
      using errcode = 'feature_not_supported', table = tg_table_name;
  end if;`.trim();
