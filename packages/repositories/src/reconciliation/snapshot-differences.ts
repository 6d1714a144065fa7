// Snapshots of strategies against positions: the open positions and the realised P&L of the curve's account, strategy and
// currency at the moment of the last snapshot of each UTC day, as the fills known now make them. Quantity and realised P&L
// are sums of fills, so going back from today's positions over the fills gives them at any moment, exactly.
// What is not compared: snapshots of whole accounts, marks, equity, cash and exposure, which are the caller's own claims.
import type { Decimal, Queryable } from "@app/database";
import { curveWindows } from "../portfolio/curve-windows.ts";
import { LOWEST_ID } from "../paging/cursor.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { type Amount, decimalOf, exact, ZERO } from "../amounts/exact-decimal.ts";
import { type Difference, difference } from "./difference.ts";
import type { Selection } from "./selection.ts";

interface Curve {
  readonly id: string;
  readonly account: string;
  readonly strategyId: string;
  readonly currency: string;
}

interface DaySnapshot {
  readonly snapshotId: string;
  readonly takenAt: Temporal.Instant;
  readonly openPositions: number;
  readonly realizedPnl: Decimal;
}

interface Instrument {
  readonly exchange: string;
  readonly symbol: string;
  readonly quantity: Decimal;
  readonly realizedPnl: Decimal;
}

/** Positions of a curve at a moment, led back in time. */
interface Held {
  readonly quantities: Map<string, Amount>;
  realizedPnl: Amount;
}

const PAGE = 1_000;

/** Days of fills taken back in one statement: fills lie in chunks of a week. */
const MOVES_DAYS = 30;

/** Differences of the last snapshot of each day, curve by curve. */
export async function* snapshotDifferences(
  scope: Queryable,
  selection: Selection,
): AsyncGenerator<Difference> {
  const { account, strategyId } = selection;
  let cursorId = LOWEST_ID;
  for (;;) {
    const { rows } = await scope.query<Curve>(
      catalogued("reconciliation.strategy_curves", { account, strategyId, cursorId, limit: PAGE }),
    );
    for (const curve of rows) yield* curveDifferences(scope, selection, curve);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    cursorId = last.id;
  }
}

async function* curveDifferences(
  scope: Queryable,
  range: Selection,
  curve: Curve,
): AsyncGenerator<Difference> {
  const { account, strategyId, currency } = curve;
  let held: Held | undefined;
  // A venue's clock may be a day ahead of ours.
  let reached = Temporal.Now.instant()
    .round({ smallestUnit: "microsecond", roundingMode: "ceil" })
    .add({ hours: 24 });
  // Newest first; a window is aligned to days, so none has two last snapshots.
  for (const { from, to } of [...curveWindows(range, DAY_MILLISECONDS)].toReversed()) {
    const values = { account, strategyId, currency, from, to };
    const { rows } = await scope.query<DaySnapshot>(
      catalogued("reconciliation.last_snapshots_of_days", values),
    );
    for (const snapshot of rows) {
      held ??= await readHeld(scope, curve);
      await leadBack(scope, curve, held, snapshot.takenAt, reached);
      reached = Temporal.Instant.compare(snapshot.takenAt, reached) < 0 ? snapshot.takenAt : reached;
      yield* compare(curve, snapshot, held);
    }
  }
}

const DAY_MILLISECONDS = 86_400_000;

async function readHeld(scope: Queryable, { account, strategyId, currency }: Curve): Promise<Held> {
  const { rows } = await scope.query<Instrument>(
    catalogued("reconciliation.positions_of_curve", { account, strategyId, currency }),
  );
  const held: Held = { quantities: new Map(), realizedPnl: ZERO };
  for (const position of rows) {
    held.quantities.set(keyOf(position), exact(position.quantity));
    held.realizedPnl = held.realizedPnl.plus(position.realizedPnl);
  }
  return held;
}

/** Takes back the fills after `to`, up to `from`, some days at a time. */
async function leadBack(
  scope: Queryable,
  { account, strategyId, currency }: Curve,
  held: Held,
  to: Temporal.Instant,
  from: Temporal.Instant,
): Promise<void> {
  for (const window of curveWindows({ from: to, to: from }, 1, MOVES_DAYS)) {
    const { rows } = await scope.query<Instrument>(
      catalogued("reconciliation.moves_of_curve", { account, strategyId, currency, ...window }),
    );
    for (const move of rows) {
      const key = keyOf(move);
      held.quantities.set(key, (held.quantities.get(key) ?? ZERO).minus(move.quantity));
      held.realizedPnl = held.realizedPnl.minus(move.realizedPnl);
    }
  }
}

function keyOf({ exchange, symbol }: Instrument): string {
  return JSON.stringify([exchange, symbol]);
}

function* compare(
  { account, strategyId, currency }: Curve,
  { snapshotId, takenAt, openPositions, realizedPnl }: DaySnapshot,
  held: Held,
): Generator<Difference> {
  const what = { account, strategyId, currency, snapshotId, at: takenAt };
  const open = [...held.quantities.values()].filter((quantity) => !quantity.eq(0)).length;
  if (open !== openPositions) {
    const values = { field: "openPositions", expected: `${open}`, actual: `${openPositions}` };
    yield difference("snapshot", "positions", "differs", { ...what, ...values });
  }
  // A snapshot holds 18 decimal places; the accounting more.
  if (!held.realizedPnl.round(18, 1).eq(realizedPnl)) {
    const values = { field: "realizedPnl", expected: decimalOf(held.realizedPnl), actual: realizedPnl };
    yield difference("snapshot", "positions", "differs", { ...what, ...values });
  }
}
