// The time-series side of every table that grows with time, and the roll-ups over them. Which edition of the server does
// what of it is the migrator's business.
import { retentionYears } from "../columns/record-keeping.ts";
import { auditLog } from "../tables/audit-log.ts";
import { marketData } from "../tables/market-data.ts";
import { marketDataRevisions } from "../tables/market-data-revisions.ts";
import { orderEvents } from "../tables/order-events.ts";
import { orders } from "../tables/orders.ts";
import { portfolioSnapshots } from "../tables/portfolio-snapshots.ts";
import { systemLogs } from "../tables/system-logs.ts";
import { trades } from "../tables/trades.ts";
import { candleRollups } from "./candle-rollups.ts";
import type { ContinuousAggregateDeclaration } from "./continuous-aggregate.ts";
import { hypertable, type HypertableDeclaration } from "./hypertable.ts";

/** Everything that is declared of time series. */
export interface TimeSeriesDeclaration {
  readonly hypertables: readonly HypertableDeclaration[];
  readonly continuousAggregates: readonly ContinuousAggregateDeclaration[];
}

const records = { dropAfter: `${retentionYears} years`, holdColumn: "retainUntil" } as const;

/** The time-series declaration of the schema. */
export const timeSeries: TimeSeriesDeclaration = {
  hypertables: [
    hypertable(marketData, {
      time: "time",
      chunkInterval: "1 day",
      lateDataWindow: "3 days",
      columnstore: {
        segmentBy: ["exchange", "symbol", "timeframe"],
        orderBy: [{ column: "time", direction: "asc" }],
        sparseIndexes: [{ kind: "minmax", column: "qualityScore" }],
        after: "7 days",
        // Of one series a day is 1.4 batches of 1,000 rows, and has the pages of an empty chunk beside it.
        rollUpChunksTo: "28 days",
      },
      retention: { dropAfter: `${retentionYears} years` },
    }),
    // Revisions are few, and lie in time where the bars they were lie.
    hypertable(marketDataRevisions, {
      time: "time",
      chunkInterval: "28 days",
      lateDataWindow: "28 days",
      columnstore: {
        segmentBy: ["exchange", "symbol", "timeframe"],
        orderBy: [
          { column: "time", direction: "asc" },
          { column: "knownUntil", direction: "asc" },
        ],
        after: "60 days",
      },
      retention: { dropAfter: `${retentionYears} years` },
    }),
    // A record may still change for weeks (a late report, a bust, a correction), so it is compressed late. Columns have the order of the lists, so that
    // a page stops where it is full; what that order does not tell, Bloom filters do. A week: a look for a name plans each chunk of its window.
    hypertable(orders, {
      time: "createdAt",
      chunkInterval: "7 days",
      lateDataWindow: "30 days",
      columnstore: {
        segmentBy: ["account"],
        orderBy: [
          { column: "createdAt", direction: "asc" },
          { column: "id", direction: "asc" },
        ],
        sparseIndexes: [
          { kind: "bloom", column: "strategyId" },
          { kind: "bloom", column: "symbol" },
          { kind: "bloom", column: "clientOrderId" },
          { kind: "bloom", column: "venueOrderId" },
          { kind: "bloom", column: "parentOrderId" },
        ],
        after: "60 days",
      },
      retention: records,
    }),
    hypertable(orderEvents, {
      time: "eventTime",
      chunkInterval: "7 days",
      lateDataWindow: "1 day",
      columnstore: {
        segmentBy: ["account"],
        orderBy: [
          { column: "eventTime", direction: "asc" },
          { column: "id", direction: "asc" },
        ],
        sparseIndexes: [
          { kind: "bloom", column: "strategyId" },
          { kind: "bloom", column: "orderId" },
          { kind: "bloom", column: "executionId" },
        ],
        after: "7 days",
      },
      retention: records,
    }),
    hypertable(trades, {
      time: "executedAt",
      chunkInterval: "7 days",
      lateDataWindow: "30 days",
      columnstore: {
        segmentBy: ["account"],
        orderBy: [
          { column: "executedAt", direction: "asc" },
          { column: "id", direction: "asc" },
        ],
        sparseIndexes: [
          { kind: "bloom", column: "strategyId" },
          { kind: "bloom", column: "symbol" },
          { kind: "bloom", column: "orderId" },
          { kind: "bloom", column: "exchangeTradeId" },
        ],
        after: "60 days",
      },
      retention: records,
    }),
    hypertable(auditLog, {
      time: "occurredAt",
      chunkInterval: "7 days",
      lateDataWindow: "1 day",
      columnstore: {
        segmentBy: ["entityType"],
        orderBy: [
          { column: "occurredAt", direction: "asc" },
          { column: "id", direction: "asc" },
        ],
        sparseIndexes: [{ kind: "bloom", column: "entityId" }],
        after: "30 days",
      },
      retention: records,
    }),
    // One-hour chunks alone do not shrink (measured: 0.8) and would be 61,000 in seven years.
    hypertable(portfolioSnapshots, {
      time: "takenAt",
      chunkInterval: "1 hour",
      lateDataWindow: "1 day",
      columnstore: {
        segmentBy: ["account", "strategyId", "currency"],
        orderBy: [
          { column: "takenAt", direction: "asc" },
          { column: "id", direction: "asc" },
        ],
        sparseIndexes: [{ kind: "minmax", column: "marginUsedPercentage" }],
        after: "2 days",
        rollUpChunksTo: "7 days",
      },
      retention: records,
    }),
    hypertable(systemLogs, {
      time: "loggedAt",
      chunkInterval: "1 hour",
      lateDataWindow: "1 hour",
      columnstore: {
        segmentBy: ["component"],
        orderBy: [
          { column: "loggedAt", direction: "asc" },
          { column: "id", direction: "asc" },
        ],
        sparseIndexes: [{ kind: "bloom", column: "correlationId" }],
        after: "1 day",
        rollUpChunksTo: "7 days",
      },
      retention: { dropAfter: "90 days" },
    }),
  ],
  continuousAggregates: candleRollups,
};
