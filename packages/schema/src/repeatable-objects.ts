// Every repeatable object in the order it must be made: functions, then what calls them, then triggers, then
// views. Removed in the reverse order.
import { auditRow } from "./functions/audit.ts";
import { averageCost, averageCostStep } from "./functions/average-cost.ts";
import { dateRevision, recordDeletedBar, recordRevisions } from "./functions/bar-revisions.ts";
import { dropExpiredChunks } from "./functions/drop-expired-chunks.ts";
import { accountChangedFills, accountNewFills, accountPosition } from "./functions/fill-accounting.ts";
import { guardFill } from "./functions/guard-fill.ts";
import { lockAccounting } from "./functions/lock-accounting.ts";
import { markCopiedBars } from "./functions/mark-copied-bars.ts";
import {
  catalogueChangedBars,
  catalogueDeletedBars,
  catalogueNewBars,
  forgetSeries,
  queueDeletedBar,
} from "./functions/market-series-upkeep.ts";
import {
  listOpenOrders,
  rebuildOpenOrders,
  relistOpenOrders,
  unlistOpenOrder,
} from "./functions/open-orders.ts";
import { refuseOrderCycle } from "./functions/order-ancestry.ts";
import {
  guardBustedOrder,
  guardOrder,
  recordChangedOrders,
  recordNewOrders,
  requireOrder,
  updateAtCreation,
} from "./functions/order-lifecycle.ts";
import { orderStatusCanBecome } from "./functions/order-status-transition.ts";
import { restateExtremes, rollUpPerformance } from "./functions/performance-roll-up.ts";
import { notePurgedFill, notePurgedFills } from "./functions/purged-fills.ts";
import { rebuildAccounting } from "./functions/rebuild-accounting.ts";
import { actAsSession, recordNow, refuseChange, refuseEarlyDelete } from "./functions/refusals.ts";
import { guardPeak, raisePeaks } from "./functions/running-peak.ts";
import {
  countStrategyVersion,
  guardTotals,
  keepVersion,
  requireWholeHistory,
  requireStrategy,
  restateTotals,
  partWithRecords,
  partWithStrategy,
} from "./functions/strategy-upkeep.ts";
import { uuidV7At } from "./functions/time-ordered-id.ts";
import type { RepeatableObject } from "./repeatable-object.ts";
import { appendOnlyTriggers } from "./triggers/append-only.ts";
import { computedTableTriggers } from "./triggers/computed-tables.ts";
import { marketDataTriggers } from "./triggers/market-data.ts";
import { orderTriggers } from "./triggers/orders.ts";
import { portfolioSnapshotTriggers } from "./triggers/portfolio-snapshots.ts";
import { strategyTriggers } from "./triggers/strategies.ts";
import { systemLogTriggers } from "./triggers/system-logs.ts";
import { tradeTriggers } from "./triggers/trades.ts";
import { candleViews } from "./views/candles.ts";
import { marketOverview } from "./views/market-overview.ts";
import { activeStrategies, recentPerformance } from "./views/strategies.ts";

/** Functions, procedures, aggregates, triggers and views, in dependency order. */
export const repeatableObjects: readonly RepeatableObject[] = [
  uuidV7At,
  refuseChange,
  refuseEarlyDelete,
  recordNow,
  actAsSession,
  auditRow,
  countStrategyVersion,
  guardTotals,
  keepVersion,
  requireStrategy,
  restateTotals,
  partWithRecords,
  partWithStrategy,
  requireWholeHistory,
  orderStatusCanBecome,
  updateAtCreation,
  guardOrder,
  guardBustedOrder,
  recordNewOrders,
  recordChangedOrders,
  requireOrder,
  refuseOrderCycle,
  listOpenOrders,
  relistOpenOrders,
  unlistOpenOrder,
  rebuildOpenOrders,
  averageCostStep,
  averageCost,
  accountPosition,
  accountNewFills,
  accountChangedFills,
  guardFill,
  lockAccounting,
  notePurgedFill,
  notePurgedFills,
  restateExtremes,
  rollUpPerformance,
  rebuildAccounting,
  catalogueNewBars,
  markCopiedBars,
  catalogueChangedBars,
  queueDeletedBar,
  catalogueDeletedBars,
  forgetSeries,
  dateRevision,
  recordRevisions,
  recordDeletedBar,
  dropExpiredChunks,
  raisePeaks,
  guardPeak,
  ...strategyTriggers,
  ...orderTriggers,
  ...tradeTriggers,
  ...appendOnlyTriggers,
  ...computedTableTriggers,
  ...marketDataTriggers,
  ...portfolioSnapshotTriggers,
  ...systemLogTriggers,
  activeStrategies,
  recentPerformance,
  marketOverview,
  ...candleViews,
];
