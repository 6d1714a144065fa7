// The log of what changed in the live table while it is copied: keys only, written by triggers in the transaction of each
// change. The rows themselves are read when the log is replayed, so a row that changed a hundred times is copied once.

import type { MigrationSession } from "../../session/session.ts";
import type { KeyColumn } from "./live-table.ts";
import { logTriggers, quotedList, type MovingNames } from "./moving-names.ts";

/** The log's own names for the columns of the key, which may be called anything. */
export function loggedKey(key: readonly KeyColumn[]): readonly string[] {
  return key.map((_, index) => `key_${index + 1}`);
}

/** SQL: that a row (`alias`) has the key of a log entry (`changed`). */
export function sameKey(key: readonly KeyColumn[], alias: string): string {
  const names = key.map(({ name }) => quotedList([name], `${alias}.`));
  return names.map((name, index) => `${name} = changed.key_${index + 1}`).join(" AND ");
}

/**
 * Statements that make the log and begin it. The triggers come last: with them begins the lock that lets no writer go on
 * until the transaction ends. An entry without key says that the table was truncated.
 */
export function beginLogSql(names: MovingNames, key: readonly KeyColumn[]): readonly string[] {
  const { live, log, logFunction } = names;
  const into = loggedKey(key).join(", ");
  const values = quotedList(key.map(({ name }) => name));
  const columns = key.map(({ type }, index) => `key_${index + 1} ${type}`).join(", ");
  const trigger = (name: string, event: string, tables: string): string =>
    `CREATE TRIGGER ${name} AFTER ${event} ON ${live}${tables} FOR EACH STATEMENT EXECUTE FUNCTION ${logFunction}()`;
  return [
    `CREATE TABLE ${log} (change bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ${columns})`,
    // With the owner's rights, and a search path of its own: who may only write the table need not know of the log.
    `CREATE FUNCTION ${logFunction}() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
begin
  if tg_op = 'TRUNCATE' then
    insert into ${log} default values;
  elsif tg_op = 'INSERT' then
    insert into ${log} (${into}) select ${values} from new_rows;
  elsif tg_op = 'DELETE' then
    insert into ${log} (${into}) select ${values} from old_rows;
  else
    insert into ${log} (${into}) select ${values} from old_rows union select ${values} from new_rows;
  end if;
  return null;
end
$$`,
    `REVOKE EXECUTE ON FUNCTION ${logFunction}() FROM PUBLIC`,
    trigger(logTriggers.insert, "INSERT", " REFERENCING NEW TABLE AS new_rows"),
    trigger(logTriggers.update, "UPDATE", " REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"),
    trigger(logTriggers.delete, "DELETE", " REFERENCING OLD TABLE AS old_rows"),
    trigger(logTriggers.truncate, "TRUNCATE", ""),
    // A session that replays somebody else's changes fires no ordinary trigger, yet changes rows.
    ...Object.values(logTriggers).map((name) => `ALTER TABLE ${live} ENABLE ALWAYS TRIGGER ${name}`),
  ];
}

/** True while every trigger of the log stands and fires. */
export async function logStands(
  session: MigrationSession,
  { live, logFunction }: MovingNames,
): Promise<boolean> {
  const names = Object.values(logTriggers);
  const [row] = await session.query<{ stands: boolean }>(
    `SELECT count(*) = cardinality($2::text[]) AS stands FROM pg_trigger t
     WHERE t.tgrelid = to_regclass($1) AND t.tgenabled = 'A' AND t.tgname = ANY ($2::text[])
       AND t.tgfoid = to_regprocedure($3)`,
    [live, names, `${logFunction}()`],
  );
  return row?.stands ?? false;
}
