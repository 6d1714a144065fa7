// Records fills in bulk: a binary COPY into a staging table, and from there one insert for each batch, which is also what the
// accounting counts as one statement. Committed batch by batch; sent again, what is stored already changes nothing.
import type { CopyColumn, Transaction } from "@app/database";
import { knownOptions } from "../input/known-fields.ts";
import { wholeNumber } from "../input/number-field.ts";
import { refusal } from "../input/refuse.ts";
import type { Scope } from "../statements/scope.ts";
import { type CheckedFill, checkFill } from "./checked-fill.ts";
import { CONTENT_COLUMNS, FILL_COLUMNS, KEY_COLUMNS } from "./fill-columns.ts";
import { otherContents, takenId } from "./record-fills.ts";
import { refusedFills } from "./refused-fills.ts";
import type { NewFill } from "./trade.ts";

/** What became of copied fills. */
export interface CopyCounts {
  readonly inserted: number;
  /** Stored already, with the same contents; duplicates within the input too. */
  readonly unchanged: number;
}

/** How fills are copied. */
export interface CopyFillsOptions {
  /**
   * Most fills of one transaction, 1 to 100,000: what is held in memory, and what is stored or refused as a whole. A batch
   * also ends after fills of 30 days.
   * @defaultValue 10,000
   */
  readonly batchSize?: number | undefined;
}

const MOST_IN_BATCH = 100_000;

/**
 * A week that is new makes a chunk, which took 40 ms, and up to 400 ms on a busy machine (2.29.2): with years in one statement
 * the driver would not wait for its answer.
 */
const MOST_DAYS_IN_BATCH = 30;

const MILLISECONDS_PER_DAY = 86_400_000;

const names = FILL_COLUMNS.map(({ name }) => name).join(", ");

const STAGING = `create temporary table if not exists fill_staging (
  ${FILL_COLUMNS.map(({ name, type }) => `${name} ${type}`).join(", ")}
) on commit delete rows`;

// A cast to text would do for none of them: 1.0 and 1 are one quantity.
const differingField = `case ${CONTENT_COLUMNS.map(
  ({ name }) => `when s.${name} is distinct from t.${name} then '${name}'`,
).join(" ")} end`;

const onKey = KEY_COLUMNS.map(({ name }) => `t.${name} = s.${name}`).join(" and ");

/** Staged fills whose stored one says something else, or that are not stored, because their id is taken. */
const CONFLICTS = `select s.id, s.exchange_trade_id as "exchangeTradeId", s.symbol, t.id is null as "hasTakenId",
  differs.field, to_jsonb(t) ->> differs.field as stored, to_jsonb(s) ->> differs.field as given
from fill_staging s
left join trades t on ${onKey} and t.executed_at >= $1 and t.executed_at <= $2
cross join lateral (select ${differingField} as field) differs
where t.id is null or differs.field is not null
order by s.executed_at, s.id limit 1`;

interface Conflict {
  readonly id: string;
  readonly exchangeTradeId: string;
  readonly symbol: string;
  readonly hasTakenId: boolean;
  readonly field: string | null;
  readonly stored: string | null;
  readonly given: string | null;
}

const copyColumns: readonly CopyColumn[] = FILL_COLUMNS.map(({ name, copyType }) => ({
  name,
  type: copyType,
}));

/**
 * Copies fills, batch by batch.
 * @throws {InvalidInputError} naming the field, `fills[1204].price`; batches before that one are stored
 * @throws {ConflictError} where a fill is stored with other contents, naming the field; nothing of its batch is kept
 */
export async function copyFills(
  scope: Scope,
  fills: Iterable<NewFill> | AsyncIterable<NewFill>,
  options: CopyFillsOptions = {},
): Promise<CopyCounts> {
  const { batchSize = 10_000 } = knownOptions("options", options, { batchSize: true });
  const size = wholeNumber("batchSize", batchSize, 1, MOST_IN_BATCH);
  if (!isIterable(fills)) throw refusal("fills", fills, "an iterable of fills");
  let inserted = 0;
  let total = 0;
  let batch: CheckedFill[] = [];
  const days = new Set<number>();
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const filled = batch;
    batch = [];
    days.clear();
    const first = total - filled.length;
    inserted += await scope
      .atomically((transaction) => copyBatch(transaction, filled), {
        idempotent: true,
        statementTimeoutMilliseconds: 0,
      })
      .catch((error: unknown) => {
        throw refusedFills(error, filled, first);
      });
  };
  for await (const fill of fills) {
    const checked = checkFill(fill, `fills[${total}].`);
    const day = Math.floor(checked.executedAt.epochMilliseconds / MILLISECONDS_PER_DAY);
    if (!days.has(day) && days.size >= MOST_DAYS_IN_BATCH) await flush();
    days.add(day);
    batch.push(checked);
    total += 1;
    if (batch.length >= size) await flush();
  }
  await flush();
  return { inserted, unchanged: total - inserted };
}

function isIterable(fills: unknown): boolean {
  return (
    typeof fills === "object" && fills !== null && (Symbol.iterator in fills || Symbol.asyncIterator in fills)
  );
}

async function copyBatch(transaction: Transaction, fills: readonly CheckedFill[]): Promise<number> {
  await transaction.query(STAGING);
  // In a caller's own transaction the batch before is still there.
  await transaction.query("delete from fill_staging");
  await transaction.copyIn({ table: { name: "fill_staging" }, columns: copyColumns }, async (copy) => {
    for (const fill of fills) {
      const wait = copy.writeRow(FILL_COLUMNS.map(({ property }) => copyValue(fill, property)));
      if (wait !== undefined) await wait;
    }
  });
  const { rowCount } = await transaction.query({
    name: "trades.record_staged",
    // In one order in every session, so that two that copy the same fills never wait in a circle.
    text: `insert into trades (${names}) select ${names} from fill_staging order by ${KEY_COLUMNS.map(({ name }) => name).join(", ")} on conflict do nothing`,
  });
  if (rowCount < fills.length) await refuseConflict(transaction, fills);
  return rowCount;
}

function copyValue(fill: CheckedFill, property: keyof CheckedFill): unknown {
  const value = fill[property];
  return property === "rawPayload" && fill.rawPayload !== null ? { jsonText: fill.rawPayload.text } : value;
}

async function refuseConflict(transaction: Transaction, fills: readonly CheckedFill[]): Promise<void> {
  let [first] = fills;
  let last = first;
  if (first === undefined || last === undefined) return;
  for (const fill of fills) {
    if (Temporal.Instant.compare(fill.executedAt, first.executedAt) < 0) first = fill;
    if (Temporal.Instant.compare(fill.executedAt, last.executedAt) > 0) last = fill;
  }
  const { rows } = await transaction.query<Conflict>({
    name: "trades.find_staged_conflict",
    text: CONFLICTS,
    values: [first.executedAt, last.executedAt],
  });
  const [conflict] = rows;
  if (conflict === undefined) return;
  if (conflict.hasTakenId) throw takenId(conflict);
  const column = CONTENT_COLUMNS.find(({ name }) => name === conflict.field);
  throw otherContents(conflict, column?.property ?? "fill", conflict.stored, conflict.given);
}
