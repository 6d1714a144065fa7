// One difference between what is declared of time series and what a database shows, as data: what would have to change,
// how safe that is, and why. The planner makes them, the SQL is made of them, verify prints them.

import type { ColumnOrder, SparseIndex } from "@app/schema";
import type { ContinuousAggregateDeclaration, Duration } from "@app/schema/time-series";

import type { SafetyClass } from "../plan/step.ts";

/** A hypertable, or the aggregate a setting belongs to. */
export type RelationKind = "hypertable" | "aggregate";

export interface ColumnstoreSettings {
  readonly segmentBy: readonly string[];
  readonly orderBy: readonly ColumnOrder[];
  readonly sparseIndexes: readonly SparseIndex[];
  readonly rollUpChunksTo: Duration | null;
}

export type TimeSeriesAction =
  | {
      readonly type: "create-hypertable";
      readonly table: string;
      readonly timeColumn: string;
      readonly chunkInterval: Duration;
      /** `in-place`: the table has no rows, and nothing is moved; `copy`: they go by bounded steps beside the live table. */
      readonly move: "in-place" | "copy";
    }
  | { readonly type: "set-chunk-interval"; readonly table: string; readonly chunkInterval: Duration }
  | {
      readonly type: "set-columnstore";
      readonly relation: RelationKind;
      readonly name: string;
      readonly settings: ColumnstoreSettings;
    }
  | {
      readonly type: "set-columnstore-policy";
      readonly name: string;
      readonly after: Duration;
      readonly replaces: readonly number[];
    }
  | {
      readonly type: "set-retention";
      readonly relation: RelationKind;
      readonly name: string;
      readonly timeColumn: string;
      readonly dropAfter: Duration;
      readonly holdColumn: string | null;
      readonly replaces: readonly number[];
    }
  | { readonly type: "create-aggregate"; readonly aggregate: ContinuousAggregateDeclaration }
  /** Materialises what the source holds, range by range; may be repeated. */
  | { readonly type: "fill-aggregate"; readonly aggregate: ContinuousAggregateDeclaration }
  | { readonly type: "drop-aggregate"; readonly name: string }
  | { readonly type: "set-materialized-only"; readonly name: string }
  | {
      readonly type: "set-refresh-policy";
      readonly name: string;
      readonly startOffset: Duration;
      readonly endOffset: Duration;
      readonly scheduleInterval: Duration;
      readonly replaces: readonly number[];
    }
  | { readonly type: "enable-job"; readonly job: number; readonly name: string }
  | { readonly type: "replace-view"; readonly aggregate: ContinuousAggregateDeclaration };

export interface TimeSeriesChange {
  /** "hypertable trades", "aggregate candles_5m_rollup", "view candles_5m". */
  readonly object: string;
  /** What differs, in one clause, both sides named. */
  readonly why: string;
  readonly safety: SafetyClass;
  readonly reason: string;
  readonly action: TimeSeriesAction;
  /** Part of what a person would call drift: it was there before, and is not as declared. */
  readonly missing: boolean;
}
