// Stores records of the buffered writer in one statement, which leaves out what is stored already and moves the id of a
// strategy that is gone into the context. Not COPY: the table's indexes cost so much more that it was no faster (measured,
// docs/logs.md), and after a lost answer it could not be sent again.
import { ConflictError, type DatabaseError, type Queryable } from "@app/database";
import { logColumnNames, rowArrays, unnestedRows } from "./log-columns.ts";
import type { LogRow } from "./log-record.ts";

const expressions: Readonly<Record<string, string>> = {
  strategy_id: "s.id",
  context: `case when given.strategy_id is null or s.id is not null then given.context
    else coalesce(given.context, '{}') || jsonb_build_object('strategyId', given.strategy_id) end`,
};

const INSERT = `insert into system_logs (${logColumnNames.join(", ")})
select ${logColumnNames.map((name) => expressions[name] ?? `given.${name}`).join(", ")}
from ${unnestedRows("given")}
left join strategies s on s.id = given.strategy_id
order by given.id
on conflict (id, logged_at) do nothing`;

/** Stores what of a batch is not there yet. @throws {DatabaseError} nothing was stored, or it is not known */
export async function insertMissingLogs(database: Queryable, rows: readonly LogRow[]): Promise<void> {
  await database.query({ name: "system_logs.insert_missing", text: INSERT, values: rowArrays(rows) });
}

/** A strategy went between the look for it and its lock: the same statement sees that it is gone. */
export function isMissingStrategy(error: DatabaseError): boolean {
  return error instanceof ConflictError && error.constraint === "system_logs_strategy_id_fkey";
}

/** Whether the records themselves are to blame, so that the same batch would be refused again. */
export function isRefusal(error: DatabaseError): boolean {
  return error.kind === "invalid-input" || error.kind === "conflict" || error.kind === "internal";
}
