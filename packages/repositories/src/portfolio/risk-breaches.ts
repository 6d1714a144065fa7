// Risk limits of strategies against what is: open orders, positions at marks, today's net P&L, the latest snapshot.
// Not a pre-trade check: it looks at what is there already. Invariant: what cannot be judged is reported as unknown, never passed.
import { type Decimal, NotFoundError, parseDecimal, type Queryable } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { type Moment, timeBound, momentUpTo } from "../input/instant-field.ts";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { objectField } from "../input/object-field.ts";
import { optional } from "../input/optional.ts";
import { namedCode } from "../input/text-field.ts";
import { BEGINNING } from "../paging/cursor.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { type Amount, exact, quotient } from "../amounts/exact-decimal.ts";
import { byWeek } from "../paging/by-week.ts";
import { latestSnapshot } from "./find-snapshots.ts";
import { type CheckedMarks, checkMarks, markSourceFields, markValues, type MarkSources } from "./marks.ts";
import { breach, type RiskFinding, type RiskLimit, unknown } from "./risk-finding.ts";
import type { Snapshot } from "./snapshot.ts";

/** What limits are held against. */
export interface RiskRequest extends MarkSources {
  /** Only what the strategy has in this account. @defaultValue all accounts together */
  readonly account?: string | undefined;
  /** Its UTC day is the day of the loss. @defaultValue now */
  readonly at?: Moment | undefined;
  /** Snapshots taken before count as none. @defaultValue any age */
  readonly snapshotsNotBefore?: Moment | undefined;
}

interface CheckedRequest {
  readonly account: string | null;
  readonly day: Temporal.PlainDate;
  readonly marks: CheckedMarks;
  readonly snapshotsNotBefore: Temporal.Instant | undefined;
}

type Limits = { readonly [Limit in Exclude<RiskLimit, "maxOpenOrders">]: Decimal | null } & {
  readonly id: string;
  readonly baseCurrency: string;
  readonly maxOpenOrders: number | null;
};

interface Notional {
  readonly account: string;
  readonly exchange: string;
  readonly symbol: string;
  /** null of an order whose instrument has no position yet: then `notional` takes a contract multiplier of 1. */
  readonly currency: string | null;
  readonly notional: Decimal | null;
  readonly orderId?: string;
}

interface OpenOrder {
  readonly orderId: string;
  readonly createdAt: Temporal.Instant;
}

const requestFields: Readonly<Record<keyof RiskRequest, true>> = {
  account: true,
  at: true,
  snapshotsNotBefore: true,
  ...markSourceFields,
};

/** @throws {InvalidInputError} naming the field */
function checkRequest(request: RiskRequest): CheckedRequest {
  const { account, at, snapshotsNotBefore } = objectField("request", request);
  refuseUnknownFields("a question for risk breaches", request, requestFields);
  const now = at === undefined ? Temporal.Now.instant() : momentUpTo("at", at);
  return {
    account: optional(account, (code) => namedCode("account", code)),
    day: now.toZonedDateTimeISO("UTC").toPlainDate(),
    marks: checkMarks(request),
    snapshotsNotBefore:
      snapshotsNotBefore === undefined ? undefined : timeBound("snapshotsNotBefore", snapshotsNotBefore),
  };
}

/** Breaches and unknowns of one strategy. @throws {NotFoundError} */
export async function riskBreaches(
  scope: Queryable,
  strategyId: string,
  request: RiskRequest,
): Promise<readonly RiskFinding[]> {
  const id = timeOrderedId("strategyId", strategyId);
  const findings = await judgeStrategy(scope, id, checkRequest(request));
  if (findings !== undefined) return findings;
  throw new NotFoundError(`There is no strategy ${id}.`, { table: "strategies" });
}

/** Breaches and unknowns of every active strategy, by the strategies' names. */
export async function* streamRiskBreaches(
  scope: Queryable,
  request: RiskRequest,
): AsyncGenerator<RiskFinding> {
  const checked = checkRequest(request);
  let name = "";
  for (;;) {
    const { rows } = await scope.query<{ readonly id: string; readonly name: string }>(
      catalogued("strategies.list_active_ids", { name, limit: PAGE }),
    );
    for (const { id } of rows) {
      // One that was deleted since the page was read has no findings.
      const findings = await judgeStrategy(scope, id, checked);
      if (findings !== undefined) yield* findings;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    ({ name } = last);
  }
}

const PAGE = 1_000;

async function judgeStrategy(
  scope: Queryable,
  id: string,
  request: CheckedRequest,
): Promise<readonly RiskFinding[] | undefined> {
  const { rows } = await scope.query<Limits>(catalogued("strategies.get_limits", { id }));
  const [limits] = rows;
  if (limits === undefined) return undefined;
  return [
    ...(await judgeOrders(scope, limits, request)),
    ...(await judgePositions(scope, limits, request)),
    ...(await judgeDay(scope, limits, request)),
    ...(await judgeSnapshots(scope, limits, request)),
  ];
}

async function judgeOrders(
  scope: Queryable,
  limits: Limits,
  request: CheckedRequest,
): Promise<RiskFinding[]> {
  const { maxOrderNotional, maxOpenOrders } = limits;
  if (maxOrderNotional === null && maxOpenOrders === null) return [];
  const open = await readOpenOrders(scope, limits.id, request.account);
  const findings: RiskFinding[] = [];
  if (maxOpenOrders !== null && open.length > maxOpenOrders) {
    const allowed = parseDecimal(`${maxOpenOrders}`);
    findings.push(
      breach(limits, "maxOpenOrders", allowed, exact(`${open.length}`), { account: request.account }),
    );
  }
  if (maxOrderNotional === null) return findings;
  for (const { from, to, items } of byWeek(open, ({ createdAt }) => createdAt)) {
    const { from: knownAt, ...marks } = markValues(request.marks);
    const ids = items.map(({ orderId }) => orderId);
    const { rows } = await scope.query<Notional>(
      catalogued("orders.notionals", { ...marks, knownAt, ids, from, to }),
    );
    findings.push(...rows.flatMap((row) => judgeNotional(limits, "maxOrderNotional", maxOrderNotional, row)));
  }
  return findings;
}

async function readOpenOrders(
  scope: Queryable,
  strategyId: string,
  account: string | null,
): Promise<readonly OpenOrder[]> {
  const open: OpenOrder[] = [];
  let { time: cursorTime, id: cursorId } = BEGINNING;
  for (;;) {
    const { rows } = await scope.query<OpenOrder>(
      catalogued("open_orders.list_of_strategy", { strategyId, account, cursorTime, cursorId, limit: PAGE }),
    );
    open.push(...rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return open;
    cursorTime = last.createdAt;
    cursorId = last.orderId;
  }
}

async function judgePositions(
  scope: Queryable,
  limits: Limits,
  request: CheckedRequest,
): Promise<RiskFinding[]> {
  const { maxPositionNotional } = limits;
  if (maxPositionNotional === null) return [];
  const { rows } = await scope.query<Notional>(
    catalogued("positions.notionals", {
      ...markValues(request.marks),
      strategyId: limits.id,
      account: request.account,
    }),
  );
  return rows.flatMap((row) => judgeNotional(limits, "maxPositionNotional", maxPositionNotional, row));
}

function judgeNotional(limits: Limits, limit: RiskLimit, allowed: Decimal, row: Notional): RiskFinding[] {
  const { notional, currency, ...place } = row;
  if (currency !== null && currency !== limits.baseCurrency) {
    return [unknown(limits, limit, allowed, "other_currency", { ...place, currency })];
  }
  const where = { ...place, currency: limits.baseCurrency };
  if (notional === null) return [unknown(limits, limit, allowed, "no_price", where)];
  const actual = exact(notional);
  if (actual.gt(allowed)) return [breach(limits, limit, allowed, actual, where)];
  // Taken as 1, the multiplier may make too little of a derivative: what passes by that is not known to pass.
  return currency === null ? [unknown(limits, limit, allowed, "no_multiplier", where)] : [];
}

async function judgeDay(scope: Queryable, limits: Limits, request: CheckedRequest): Promise<RiskFinding[]> {
  const { maxDailyLoss } = limits;
  if (maxDailyLoss === null) return [];
  const { account, day: fromDay } = request;
  const { rows } = await scope.query<{ readonly currency: string; readonly net: Decimal }>(
    catalogued("strategy_daily_performance.net_of_day", { strategyId: limits.id, account, fromDay }),
  );
  return rows.flatMap(({ currency, net }): RiskFinding[] => {
    const loss = exact(net).neg();
    if (currency === limits.baseCurrency) {
      return loss.gt(maxDailyLoss)
        ? [breach(limits, "maxDailyLoss", maxDailyLoss, loss, { account, currency })]
        : [];
    }
    return loss.eq(0)
      ? []
      : [unknown(limits, "maxDailyLoss", maxDailyLoss, "other_currency", { account, currency })];
  });
}

async function judgeSnapshots(
  scope: Queryable,
  limits: Limits,
  request: CheckedRequest,
): Promise<RiskFinding[]> {
  if (limits.maxDrawdownPercentage === null && limits.maxLeverage === null) return [];
  const accounts = request.account === null ? await accountsOf(scope, limits.id) : [request.account];
  const findings: RiskFinding[] = [];
  // A strategy that never traded has no account: that nothing is known of it is said once.
  for (const account of accounts.length === 0 ? [null] : accounts) {
    const curve = { strategyId: limits.id, currency: limits.baseCurrency };
    const latest = account === null ? undefined : await latestSnapshot(scope, { ...curve, account });
    findings.push(...judgeSnapshot(limits, account, isYoung(latest, request) ? latest : undefined));
  }
  return findings;
}

function isYoung(snapshot: Snapshot | undefined, { snapshotsNotBefore }: CheckedRequest): boolean {
  if (snapshot === undefined || snapshotsNotBefore === undefined) return true;
  return Temporal.Instant.compare(snapshot.takenAt, snapshotsNotBefore) >= 0;
}

function judgeSnapshot(
  limits: Limits,
  account: string | null,
  snapshot: Snapshot | undefined,
): RiskFinding[] {
  const { maxDrawdownPercentage, maxLeverage } = limits;
  const where = { account, asOf: snapshot?.takenAt ?? null };
  const findings: RiskFinding[] = [];
  const judge = (limit: RiskLimit, allowed: Decimal | null, actual: Amount | null): void => {
    if (allowed === null) return;
    if (snapshot === undefined) findings.push(unknown(limits, limit, allowed, "no_snapshot", where));
    else if (actual === null) findings.push(unknown(limits, limit, allowed, "equity_not_positive", where));
    else if (actual.gt(allowed)) findings.push(breach(limits, limit, allowed, actual, where));
  };
  const percentage = snapshot?.drawdownPercentage ?? null;
  judge("maxDrawdownPercentage", maxDrawdownPercentage, percentage === null ? null : exact(percentage));
  judge("maxLeverage", maxLeverage, snapshot === undefined ? null : leverageOf(snapshot));
  return findings;
}

/** Gross exposure ÷ equity, cut at 18 places; null where there is exposure and no equity. */
function leverageOf({ grossExposure, equity }: Snapshot): Amount | null {
  const gross = exact(grossExposure);
  if (gross.eq(0)) return gross;
  return exact(equity).gt(0) ? quotient(gross, exact(equity)) : null;
}

async function accountsOf(scope: Queryable, strategyId: string): Promise<readonly string[]> {
  const { rows } = await scope.query<{ readonly account: string }>(
    catalogued("positions.list_accounts", { strategyId }),
  );
  return rows.map(({ account }) => account);
}
