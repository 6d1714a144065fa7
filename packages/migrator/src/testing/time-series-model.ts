// For tests: what each change does to a live state, written down apart from the SQL, so that the planner can be tried on
// any number of states without a server. That the SQL does the same is for the tests on a server.

import type { Columnstore } from "@app/schema";
import type { Duration } from "@app/schema/time-series";
import { durationParts } from "@app/schema/time-series";

import type {
  Interval,
  LiveAggregate,
  LiveHypertable,
  LiveJob,
  LiveState,
} from "../time-series/live-state.ts";
import { procedures } from "../time-series/job-changes.ts";
import { type RecordedDefinition } from "../time-series/plan-time-series.ts";
import type { ColumnstoreSettings, TimeSeriesChange } from "../time-series/time-series-change.ts";

export interface ModelState {
  readonly live: LiveState;
  readonly recorded: ReadonlyMap<string, RecordedDefinition>;
}

/** The text a model server gives of an object made from the declaration. */
export const asDeclared = (kind: string, name: string): string => `${kind} ${name} as declared`;

const interval = (duration: Duration): Interval => durationParts(duration);

/** Settings as a server shows them. */
export function liveColumnstore(settings: ColumnstoreSettings | Columnstore): LiveHypertable["columnstore"] {
  const { rollUpChunksTo } = settings;
  return {
    segmentBy: settings.segmentBy,
    orderBy: settings.orderBy,
    sparseIndexes: settings.sparseIndexes ?? [],
    rollUpChunksTo: rollUpChunksTo === undefined || rollUpChunksTo === null ? null : interval(rollUpChunksTo),
  };
}

let lastJob = 10_000;

function job(
  procedure: string,
  intervals: Readonly<Record<string, Duration>>,
  more: Partial<LiveJob> = {},
): LiveJob {
  lastJob += 1;
  return {
    id: lastJob,
    procedure,
    scheduled: true,
    scheduleInterval: interval("1 day"),
    config: {},
    intervals: Object.fromEntries(Object.entries(intervals).map(([key, value]) => [key, interval(value)])),
    consecutiveFailures: 0,
    lastError: null,
    ...more,
  };
}

type Relation = LiveHypertable | LiveAggregate;

function changed<Found extends Relation>(
  relations: readonly Found[],
  name: string,
  change: (found: Found) => Found,
): readonly Found[] {
  return relations.map((found) =>
    ("table" in found ? found.table : found.name) === name ? change(found) : found,
  );
}

function inBoth(
  live: LiveState,
  name: string,
  change: <Found extends Relation>(found: Found) => Found,
): LiveState {
  return {
    ...live,
    hypertables: changed(live.hypertables, name, change),
    aggregates: changed(live.aggregates, name, change),
  };
}

const withJob =
  (replaces: readonly number[], added: LiveJob) =>
  <Found extends Relation>(found: Found): Found => ({
    ...found,
    jobs: [...found.jobs.filter(({ id }) => !replaces.includes(id)), added],
  });

/** The state after a change. */
export function applyToModel({ live, recorded }: ModelState, { action }: TimeSeriesChange): ModelState {
  switch (action.type) {
    case "create-hypertable":
      return {
        recorded,
        live: {
          ...live,
          tables: live.tables.filter(({ table }) => table !== action.table),
          hypertables: [
            ...live.hypertables,
            {
              table: action.table,
              timeColumn: action.timeColumn,
              chunkInterval: interval(action.chunkInterval),
              chunks: 0,
              columnstore: null,
              jobs: [],
            },
          ],
        },
      };
    case "set-chunk-interval":
      return {
        recorded,
        live: {
          ...live,
          hypertables: changed(live.hypertables, action.table, (found) => ({
            ...found,
            chunkInterval: interval(action.chunkInterval),
          })),
        },
      };
    case "set-columnstore":
      return {
        recorded,
        live: inBoth(live, action.name, (found) => ({
          ...found,
          columnstore: liveColumnstore(action.settings),
        })),
      };
    case "set-columnstore-policy":
      return {
        recorded,
        live: inBoth(
          live,
          action.name,
          withJob(action.replaces, job(procedures.compression, { compress_after: action.after })),
        ),
      };
    case "set-retention":
      return {
        recorded,
        live: inBoth(
          live,
          action.name,
          withJob(
            action.replaces,
            action.relation === "aggregate"
              ? job(procedures.retention, { drop_after: action.dropAfter })
              : job(
                  procedures.heldRetention,
                  { drop_after: action.dropAfter },
                  { config: { hold_column: action.holdColumn } },
                ),
          ),
        ),
      };
    case "set-refresh-policy":
      return {
        recorded,
        live: inBoth(
          live,
          action.name,
          withJob(
            action.replaces,
            job(
              procedures.refresh,
              { start_offset: action.startOffset, end_offset: action.endOffset },
              { scheduleInterval: interval(action.scheduleInterval) },
            ),
          ),
        ),
      };
    case "create-aggregate": {
      const { name } = action.aggregate;
      const definition = asDeclared("aggregate", name);
      return {
        recorded: new Map([
          ...recorded,
          [name, { declaredHash: definition, liveHash: definition, filled: false }],
        ]),
        live: {
          ...live,
          aggregates: [
            ...live.aggregates,
            { name, materializedOnly: true, definition, columnstore: null, jobs: [] },
          ],
        },
      };
    }
    case "fill-aggregate": {
      const definition = asDeclared("aggregate", action.aggregate.name);
      return {
        live,
        recorded: new Map([
          ...recorded,
          [action.aggregate.name, { declaredHash: definition, liveHash: definition, filled: true }],
        ]),
      };
    }
    case "drop-aggregate":
      return {
        recorded: new Map([...recorded].filter(([name]) => name !== action.name)),
        live: { ...live, aggregates: live.aggregates.filter(({ name }) => name !== action.name) },
      };
    case "set-materialized-only":
      return {
        recorded,
        live: {
          ...live,
          aggregates: changed(live.aggregates, action.name, (found) => ({
            ...found,
            materializedOnly: true,
          })),
        },
      };
    case "enable-job":
      return {
        recorded,
        live: {
          ...live,
          hypertables: live.hypertables.map((found) => ({ ...found, jobs: enabled(found.jobs, action.job) })),
          aggregates: live.aggregates.map((found) => ({ ...found, jobs: enabled(found.jobs, action.job) })),
        },
      };
    case "replace-view": {
      const { view } = action.aggregate;
      const definition = asDeclared("view", view);
      return {
        recorded: new Map([
          ...recorded,
          [view, { declaredHash: definition, liveHash: definition, filled: true }],
        ]),
        live: {
          ...live,
          views: [...live.views.filter(({ name }) => name !== view), { name: view, definition }],
        },
      };
    }
    default:
      return action satisfies never;
  }
}

function enabled(jobs: readonly LiveJob[], id: number): readonly LiveJob[] {
  return jobs.map((found) => (found.id === id ? { ...found, scheduled: true } : found));
}
