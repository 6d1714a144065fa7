// Stores log records whose caller waits for the answer: all or none, each once however often it is sent.
// Invariant: an id that is taken by other contents is a conflict, also where its time differs within the millisecond.
import { ConflictError, type Queryable } from "@app/database";
import type { Scope } from "../statements/scope.ts";
import { logColumnNames, rowArrays, unnestedRows } from "./log-columns.ts";
import type { LogRow } from "./log-record.ts";

// The plain bounds, earliest and latest of all, leave out every partition but those the records are of.
const ofSameMillisecond = `l.id = given.id and l.logged_at >= $14::timestamptz and l.logged_at < $15::timestamptz
  and l.logged_at >= date_trunc('milliseconds', given.logged_at)
  and l.logged_at < date_trunc('milliseconds', given.logged_at) + interval '1 millisecond'`;

const APPEND = `insert into system_logs (${logColumnNames.join(", ")})
select ${logColumnNames.map((name) => `given.${name}`).join(", ")}
from ${unnestedRows("given")}
where not exists (select from system_logs l where ${ofSameMillisecond} and l.logged_at <> given.logged_at)
order by given.id -- in every session, so that two that store the same records never wait in a circle
on conflict (id, logged_at) do nothing`;

const compared = logColumnNames.filter((name) => name !== "id" && name !== "strategy_id");

/** Records whose stored contents differ. A strategy that was deleted since then is no difference: its lines stay without naming it. */
const DIFFERING = `select given.id
from ${unnestedRows("given")}
join system_logs l on ${ofSameMillisecond}
where (${compared.map((name) => `l.${name}`).join(", ")}) is distinct from (${compared.map((name) => `given.${name}`).join(", ")})
  or (l.strategy_id is distinct from given.strategy_id and not (
    l.strategy_id is null and not exists (select from strategies where id = given.strategy_id)))
limit 1`;

/**
 * Stores records, all or none.
 * @throws {ConflictError} an id is stored with other contents, or a strategy is not there
 */
export async function appendLogs(scope: Scope, rows: readonly LogRow[]): Promise<void> {
  if (rows.length === 0) return;
  const values = [...rowArrays(rows), ...boundsOf(rows)];
  await scope.atomically(
    async (transaction) => {
      const { rowCount } = await transaction.query({
        name: "system_logs.append",
        text: APPEND,
        values,
      });
      if (rowCount < rows.length) await refuseDiffering(transaction, values);
    },
    { idempotent: true },
  );
}

/** The milliseconds the records lie in. */
function boundsOf(rows: readonly LogRow[]): readonly Temporal.Instant[] {
  let earliest = rows[0]?.loggedAt ?? Temporal.Now.instant();
  let latest = earliest;
  for (const { loggedAt } of rows) {
    if (Temporal.Instant.compare(loggedAt, earliest) < 0) earliest = loggedAt;
    if (Temporal.Instant.compare(loggedAt, latest) > 0) latest = loggedAt;
  }
  const floor = (instant: Temporal.Instant): Temporal.Instant =>
    instant.round({ smallestUnit: "millisecond", roundingMode: "floor" });
  return [floor(earliest), floor(latest).add({ milliseconds: 1 })];
}

async function refuseDiffering(queryable: Queryable, values: readonly unknown[]): Promise<void> {
  const { rows: differing } = await queryable.query<{ id: string }>({
    name: "system_logs.find_differing",
    text: DIFFERING,
    values,
  });
  const [first] = differing;
  if (first === undefined) return;
  throw new ConflictError(`id: log record ${first.id} is stored with other contents.`, {
    field: "id",
    table: "system_logs",
  });
}
