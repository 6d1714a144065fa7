// Takes a strategy through its life, one state at a time, under the lock of its row.
// Invariant: a change is one that `strategyTransitions` allows; to be there already is no change.
import { ConflictError, type Transaction } from "@app/database";
import { strategyColumns } from "@app/schema/queries";
import type { StrategyStatus } from "@app/schema/vocabulary";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import type { Scope } from "../statements/scope.ts";
import { requiredStrategy } from "./find-strategy.ts";
import type { Strategy } from "./strategy.ts";
import { versionNumber } from "./strategy-input.ts";
import { canChangeStrategyStatus, strategyTransitions } from "./strategy-lifecycle.ts";
import { type ChangeContext, checkChangeContext, setChangeContext } from "./write-strategy.ts";
import { objectField } from "../input/object-field.ts";

/** How a state is changed. */
export interface StatusChange extends ChangeContext {
  /** Only where the strategy is at this version. @defaultValue any */
  readonly expectedVersion?: number | undefined;
}

const LOCK = `select ${strategyColumns} from strategies where id = $1::uuid for no key update`;

// The time of activation is that of the last start, not of a resumption after a pause.
const CHANGE = /* sql */ `update strategies set status = $2::strategy_status,
  activated_at = case when $2::strategy_status = 'active' and status <> 'paused' then clock_timestamp() else activated_at end,
  stopped_at = case
    when $2::strategy_status = 'active' then null
    when $2::strategy_status in ('stopped', 'archived') and activated_at is not null then coalesce(stopped_at, clock_timestamp())
    else stopped_at
  end
where id = $1::uuid
returning ${strategyColumns}`;

/**
 * Changes the state of a strategy; one that is in it already stays as it is.
 * @throws {NotFoundError} no such strategy
 * @throws {ConflictError} its state allows no such change, or it is at another version
 */
export async function changeStatus(
  scope: Scope,
  id: string,
  to: StrategyStatus,
  change: StatusChange = {},
): Promise<Strategy> {
  const of = timeOrderedId("id", id);
  const { expectedVersion, ...context } = objectField("change", change);
  const checked = checkChangeContext(context);
  const version = expectedVersion === undefined ? undefined : versionNumber(expectedVersion);
  return await scope.atomically(
    async (transaction) => {
      const strategy = requiredStrategy(await lock(transaction, of), id);
      if (strategy.status === to) return strategy;
      if (version !== undefined && strategy.version !== version) {
        throw new ConflictError(
          `expectedVersion: strategy ${id} is at version ${strategy.version}, not ${version}; read it and decide again.`,
          { field: "expectedVersion", table: "strategies" },
        );
      }
      if (!canChangeStrategyStatus(strategy.status, to)) throw unfit(strategy, to);
      await setChangeContext(transaction, checked);
      const { rows } = await transaction.query<Strategy>({
        name: "strategies.change_status",
        text: CHANGE,
        values: [of, to],
      });
      return requiredStrategy(rows[0], id);
    },
    { idempotent: true },
  );
}

async function lock(transaction: Transaction, id: string): Promise<Strategy | undefined> {
  const { rows } = await transaction.query<Strategy>({
    name: "strategies.read_locked",
    text: LOCK,
    values: [id],
  });
  return rows[0];
}

function unfit({ id, status }: Strategy, to: StrategyStatus): ConflictError {
  const next: readonly StrategyStatus[] = strategyTransitions[status];
  const possible = next.length === 0 ? "nothing follows that state" : `only ${next.join(" or ")} can follow`;
  return new ConflictError(`status: strategy ${id} is ${status} and cannot become ${to}: ${possible}.`, {
    field: "status",
    table: "strategies",
  });
}
