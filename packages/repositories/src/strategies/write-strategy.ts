// Makes, changes and removes strategies. Each write is one statement over a JSON object of columns, so that what was sent twice
// can be told from what others changed: by what is stored, compared by value.
// Invariant: an update lands on the version it was made for or nowhere.
import {
  ConflictError,
  jsonParameter,
  type Queryable,
  RetryableError,
  type Transaction,
} from "@app/database";
import { strategyColumns } from "@app/schema/queries";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { objectField } from "../input/object-field.ts";
import { refusal } from "../input/refuse.ts";
import { code, freeText } from "../input/text-field.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Scope } from "../statements/scope.ts";
import { findStrategyByName, requiredStrategy } from "./find-strategy.ts";
import type { RiskLimitsInput, Strategy, StrategyChanges } from "./strategy.ts";
import {
  CHANGEABLE_COLUMNS,
  checkChanges,
  checkLimits,
  checkNewStrategy,
  type ColumnValues,
  type NewStrategy,
  versionNumber,
} from "./strategy-input.ts";

/** Who changes something and why; all of it goes into the audit log beside the change. */
export interface ChangeContext {
  /** The person or program on whose behalf it is done, 1 to 200 characters. @defaultValue the session's `app.actor` */
  readonly actor?: string | undefined;
  /** Up to 10,000 characters. */
  readonly reason?: string | undefined;
  /** What else belongs to the same act, 1 to 200 characters. */
  readonly correlationId?: string | undefined;
}

/** Which version a change is made for, who makes it and why. */
export interface VersionedChange extends ChangeContext {
  /** The version the decision rests on; at any other one the change is refused. */
  readonly expectedVersion: number;
}

const columns = CHANGEABLE_COLUMNS.join(", ");

// Columns without a value take their default, which a record made of JSON cannot say.
const CREATE = /* sql */ `insert into strategies (id, created_at, ${columns})
select n.id, n.created_at, ${CHANGEABLE_COLUMNS.map((column) =>
  ["configuration", "symbols", "tags"].includes(column)
    ? `coalesce(n.${column}, ${column === "configuration" ? "'{}'" : "'{}'::text[]"})`
    : `n.${column}`,
).join(", ")}
from jsonb_populate_record(null::strategies, $1::jsonb) n
on conflict do nothing
returning ${strategyColumns}`;

const UPDATE = /* sql */ `update strategies s
set (${columns}) = (select ${CHANGEABLE_COLUMNS.map((column) => `n.${column}`).join(", ")} from jsonb_populate_record(s, $3::jsonb) n)
where id = $1::uuid and version = $2::integer
returning ${strategyColumns}`;

const SET_CONTEXT = `select set_config('app.actor', $1::text, true), set_config('app.reason', $2::text, true), set_config('app.correlation_id', $3::text, true)`;

/** A context that was checked, as the settings it is told by; undefined where there is nothing to tell. */
export type CheckedContext = readonly [actor: string, reason: string, correlationId: string] | undefined;

const contextFields: Readonly<Record<keyof ChangeContext, true>> = {
  actor: true,
  reason: true,
  correlationId: true,
};

/** @throws {InvalidInputError} naming the field */
export function checkChangeContext(context: ChangeContext = {}): CheckedContext {
  const { actor, reason, correlationId } = objectField("context", context);
  refuseUnknownFields("the context of a change", context, contextFields);
  if (actor === undefined && reason === undefined && correlationId === undefined) return undefined;
  return [
    actor === undefined ? "" : code("actor", actor, 200),
    reason === undefined ? "" : freeText("reason", reason, 10_000),
    correlationId === undefined ? "" : code("correlationId", correlationId, 200),
  ];
}

/** Says who, why and in which connection, for the audit log, until the transaction ends. */
export async function setChangeContext(transaction: Transaction, context: CheckedContext): Promise<void> {
  if (context === undefined) return;
  await transaction.query({
    name: "strategies.set_change_context",
    text: SET_CONTEXT,
    values: context,
  });
}

/** A strategy, and whether what was compared with it is what it has. */
interface Compared extends Strategy {
  readonly isSame: boolean;
}

async function compare(
  scope: Queryable,
  id: string,
  values: ColumnValues,
): Promise<{ readonly strategy: Strategy; readonly isSame: boolean } | undefined> {
  const { rows } = await scope.query<Compared>(
    catalogued("strategies.get_compared", { id, changes: jsonParameter(values) }),
  );
  if (rows[0] === undefined) return undefined;
  const { isSame, ...strategy } = rows[0];
  return { strategy, isSame };
}

/**
 * Makes a strategy in state draft. Sent again it is the same strategy.
 * @throws {InvalidInputError} naming the field
 * @throws {ConflictError} the id is there with other contents, or the name is another strategy's
 */
export async function createStrategy(
  scope: Scope,
  strategy: NewStrategy,
  context?: ChangeContext,
): Promise<Strategy> {
  const values = checkNewStrategy(strategy);
  const checked = checkChangeContext(context);
  return await scope.atomically(
    async (transaction) => {
      await setChangeContext(transaction, checked);
      const made = await transaction.query<Strategy>({
        name: "strategies.create",
        text: CREATE,
        values: [jsonParameter(values)],
      });
      return made.rows[0] ?? (await alreadyThere(transaction, strategy, values));
    },
    { idempotent: true },
  );
}

async function alreadyThere(
  transaction: Transaction,
  { id, name }: NewStrategy,
  values: ColumnValues,
): Promise<Strategy> {
  const found = await compare(transaction, timeOrderedId("id", id), values);
  if (found?.isSame === true) return found.strategy;
  if (found !== undefined) {
    throw new ConflictError(
      `id: strategy ${id} is there with other contents, at version ${found.strategy.version}; update it instead.`,
      { field: "id", table: "strategies", constraint: "strategies_pkey" },
    );
  }
  const other = await findStrategyByName(transaction, name);
  if (other === undefined) {
    throw new RetryableError(`What was in the way of strategy ${id} is gone again.`, { isRetryable: true });
  }
  throw new ConflictError(`name: ${JSON.stringify(name)} is the name of strategy ${other.id}.`, {
    field: "name",
    table: "strategies",
    constraint: "strategies_name_key",
  });
}

async function update(
  scope: Scope,
  id: string,
  values: ColumnValues,
  change: VersionedChange,
): Promise<Strategy> {
  const of = timeOrderedId("id", id);
  if (typeof change !== "object" || change === null) throw refusal("change", change, "an object");
  const { expectedVersion, ...context } = objectField("change", change);
  const checked = checkChangeContext(context);
  const version = versionNumber(expectedVersion);
  return await scope.atomically(
    async (transaction) => {
      const name = values["name"];
      if (typeof name === "string") await refuseTakenName(transaction, of, name);
      await setChangeContext(transaction, checked);
      const changed = await transaction.query<Strategy>({
        name: "strategies.update",
        text: UPDATE,
        values: [of, version, jsonParameter(values)],
      });
      if (changed.rows[0] !== undefined) return changed.rows[0];
      const { strategy, isSame } = requiredStrategy(await compare(transaction, of, values), id);
      // The very change, sent again after its answer was lost.
      if (isSame && strategy.version === version + 1) return strategy;
      throw new ConflictError(
        `expectedVersion: strategy ${id} is at version ${strategy.version}, not ${version}; read it and decide again.`,
        { field: "expectedVersion", table: "strategies" },
      );
    },
    { idempotent: true },
  );
}

/** Told before it is tried, so that a transaction of the caller's goes on; the unique index decides where two race. */
async function refuseTakenName(transaction: Transaction, id: string, name: string): Promise<void> {
  const other = await findStrategyByName(transaction, name);
  if (other === undefined || other.id === id) return;
  throw new ConflictError(`name: ${JSON.stringify(name)} is the name of strategy ${other.id}.`, {
    field: "name",
    table: "strategies",
    constraint: "strategies_name_key",
  });
}

/**
 * Changes a strategy that is at `expectedVersion`. Sent again after a lost answer it gives what it gave.
 * @throws {NotFoundError} no such strategy
 * @throws {ConflictError} it is at another version, which the message names; or the name is another strategy's
 */
export async function updateStrategy(
  scope: Scope,
  id: string,
  changes: StrategyChanges,
  change: VersionedChange,
): Promise<Strategy> {
  return await update(scope, id, checkChanges(changes), change);
}

/** As {@link updateStrategy}, of limits alone; what is left out stays, null removes a limit. */
export async function setRiskLimits(
  scope: Scope,
  id: string,
  limits: RiskLimitsInput,
  change: VersionedChange,
): Promise<Strategy> {
  return await update(scope, id, checkLimits(limits), change);
}

/**
 * Removes a strategy; one that is not there is removed already. Its fills, orders and logs stay without it, its positions,
 * roll-up and snapshots go along.
 * @throws {InvalidInputError} fills of it have left the database (`strategies_history_kept`), or a snapshot is held: archive it
 */
export async function removeStrategy(scope: Scope, id: string, context?: ChangeContext): Promise<void> {
  const of = timeOrderedId("id", id);
  const checked = checkChangeContext(context);
  await scope.atomically(
    async (transaction) => {
      await setChangeContext(transaction, checked);
      await transaction.query({
        name: "strategies.remove",
        text: "delete from strategies where id = $1::uuid",
        values: [of],
      });
    },
    { idempotent: true },
  );
}
