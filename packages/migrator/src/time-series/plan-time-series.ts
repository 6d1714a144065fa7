// From what is declared and what is there to the ordered list of changes, for one edition. Pure: no connection, no clock.
// What a declaration leaves out is left alone; what it names and the edition cannot do is left out here and named by
// edition-limits.ts.

import type { HypertableDeclaration, TimeSeriesDeclaration } from "@app/schema";
import type { ContinuousAggregateDeclaration } from "@app/schema/time-series";

import type { ServerDescription } from "../session/server-description.ts";
import { columnstoreChange, settingsOf } from "./columnstore-changes.ts";
import { describeInterval, sameInterval } from "./interval-text.ts";
import { compressionPolicyChanges, refreshChanges, retentionChanges } from "./job-changes.ts";
import type { LiveAggregate, LiveHypertable, LiveState } from "./live-state.ts";
import type { TimeSeriesChange } from "./time-series-change.ts";

/** What the ledger remembers of an object that was made: its declared text, and the server's own text of it right after. */
export interface RecordedDefinition {
  readonly declaredHash: string;
  readonly liveHash: string;
  /** False while an aggregate that was made was not filled to its end. */
  readonly filled: boolean;
}

export interface PlanInput {
  readonly declared: TimeSeriesDeclaration;
  readonly live: LiveState;
  readonly edition: ServerDescription["edition"];
  /** By name of aggregate or view. */
  readonly recorded: ReadonlyMap<string, RecordedDefinition>;
  /** Hash of an object's declared text. */
  readonly declaredHash: (kind: "aggregate" | "view", aggregate: ContinuousAggregateDeclaration) => string;
  /** Hash of a text the server gave. */
  readonly liveHash: (definition: string) => string;
}

/** Every change that brings the live state to the declared one, in the order in which they must be made. */
export function planTimeSeries(input: PlanInput): readonly TimeSeriesChange[] {
  const { declared, live, edition } = input;
  if (edition === "postgres") return [];
  const tables = declared.hypertables.flatMap((table) => hypertableChanges(table, live));
  if (edition === "timescale-apache") return tables;
  return [
    ...tables,
    ...declared.hypertables.flatMap((table) => columnstoreChanges(table, live)),
    ...aggregateChanges(input),
    ...declared.continuousAggregates.flatMap((aggregate) => fillChanges(aggregate, input)),
    ...declared.hypertables.flatMap((table) => hypertableJobChanges(table, live)),
    ...declared.continuousAggregates.flatMap((aggregate) => aggregateJobChanges(aggregate, input)),
    ...declared.continuousAggregates.flatMap((aggregate) => viewChanges(aggregate, input)),
  ];
}

function findHypertable(name: string, live: LiveState): LiveHypertable | undefined {
  return live.hypertables.find(({ table }) => table === name);
}

function hypertableChanges(declared: HypertableDeclaration, live: LiveState): readonly TimeSeriesChange[] {
  const { table, timeColumn, chunkInterval } = declared;
  const found = findHypertable(table, live);
  const object = `hypertable ${table}`;
  if (found === undefined) {
    const plain = live.tables.find((candidate) => candidate.table === table);
    // Never by create_hypertable itself: it inserts the rows anew and truncates the table, and our triggers refuse the one or follow the other.
    const hasRows = plain?.hasRows === true;
    return [
      {
        object,
        why: `${table} is an ordinary table, declared to be a hypertable by ${timeColumn}`,
        ...(hasRows
          ? {
              safety: "rewrites",
              reason:
                "its rows are copied in bounded steps beside the live table, which is exchanged at the end under a short lock",
            }
          : { safety: "online", reason: "the table is empty" }),
        missing: true,
        action: {
          type: "create-hypertable",
          table,
          timeColumn,
          chunkInterval,
          move: hasRows ? "copy" : "in-place",
        },
      },
    ];
  }
  if (sameInterval(chunkInterval, found.chunkInterval)) return [];
  return [
    {
      object,
      why: `its chunk interval is ${describeInterval(found.chunkInterval)}, declared is ${chunkInterval}`,
      safety: "online",
      reason: "counts for chunks to come; those there are stay as they are",
      missing: false,
      action: { type: "set-chunk-interval", table, chunkInterval },
    },
  ];
}

function columnstoreChanges(declared: HypertableDeclaration, live: LiveState): readonly TimeSeriesChange[] {
  if (declared.columnstore === undefined) return [];
  return columnstoreChange(
    "hypertable",
    declared.table,
    settingsOf(declared.columnstore),
    findHypertable(declared.table, live)?.columnstore ?? null,
  );
}

function hypertableJobChanges(declared: HypertableDeclaration, live: LiveState): readonly TimeSeriesChange[] {
  const { table, timeColumn, columnstore, retention } = declared;
  const jobs = findHypertable(table, live)?.jobs ?? [];
  return [
    ...(columnstore === undefined
      ? []
      : compressionPolicyChanges("hypertable", table, columnstore.after, jobs)),
    ...(retention === undefined
      ? []
      : retentionChanges(
          {
            relation: "hypertable",
            name: table,
            timeColumn,
            dropAfter: retention.dropAfter,
            holdColumn: retention.holdColumn ?? null,
          },
          jobs,
        )),
  ];
}

/** True where an aggregate of that name was made from the declared text and is still as it was made. */
function isAsDeclared(
  aggregate: ContinuousAggregateDeclaration,
  found: LiveAggregate,
  { recorded, declaredHash, liveHash }: PlanInput,
): boolean {
  const record = recorded.get(aggregate.name);
  return (
    record !== undefined &&
    record.declaredHash === declaredHash("aggregate", aggregate) &&
    record.liveHash === liveHash(found.definition)
  );
}

/**
 * Names of the aggregates that are there and have to be made again: those that are not as declared, and whatever is made
 * from one that is not, or that is not there.
 */
function aggregatesToRemake(input: PlanInput): ReadonlySet<string> {
  const { declared, live } = input;
  const remade = new Set<string>();
  for (const aggregate of declared.continuousAggregates) {
    const found = findAggregate(aggregate.name, live);
    if (found === undefined) continue;
    const { finer } = aggregate;
    const isSourceGone =
      finer !== undefined && (remade.has(finer) || findAggregate(finer, live) === undefined);
    if (isSourceGone || !isAsDeclared(aggregate, found, input)) remade.add(aggregate.name);
  }
  return remade;
}

function findAggregate(name: string, live: LiveState): LiveAggregate | undefined {
  return live.aggregates.find((candidate) => candidate.name === name);
}

/** The live aggregate where it stays, undefined where it is missing or made again. */
function stayingAggregate(name: string, input: PlanInput): LiveAggregate | undefined {
  return aggregatesToRemake(input).has(name) ? undefined : findAggregate(name, input.live);
}

function aggregateChanges(input: PlanInput): readonly TimeSeriesChange[] {
  const aggregates = input.declared.continuousAggregates;
  // Whatever is made from one that must go has to go first.
  const gone = aggregatesToRemake(input);
  const drops = aggregates
    .filter(({ name }) => gone.has(name))
    .toReversed()
    .map(({ name }): TimeSeriesChange => ({
      object: `aggregate ${name}`,
      why: "its definition is not the declared one, or what it is made from is not",
      safety: "destructive",
      reason: "its rows go; those whose source is dropped already cannot be computed again",
      missing: false,
      action: { type: "drop-aggregate", name },
    }));
  const made = aggregates.flatMap((aggregate): readonly TimeSeriesChange[] => {
    const { name, columnstore } = aggregate;
    const found = stayingAggregate(name, input);
    const object = `aggregate ${name}`;
    return [
      ...(found === undefined
        ? [
            {
              object,
              why: gone.has(name) ? "is made again as declared" : "is declared and not there",
              safety: "online",
              reason: "made empty, then filled range by range outside of any transaction",
              missing: true,
              action: { type: "create-aggregate", aggregate },
            } as const,
          ]
        : found.materializedOnly
          ? []
          : [
              {
                object,
                why: "it adds rows of the source while it is read, declared is what was materialised only",
                safety: "online",
                reason: "its reading view adds them, with a bound the planner can use",
                missing: false,
                action: { type: "set-materialized-only", name },
              } as const,
            ]),
      ...(columnstore === undefined
        ? []
        : columnstoreChange("aggregate", name, settingsOf(columnstore), found?.columnstore ?? null)),
    ];
  });
  return [...drops, ...made];
}

function aggregateJobChanges(
  aggregate: ContinuousAggregateDeclaration,
  input: PlanInput,
): readonly TimeSeriesChange[] {
  const { name, refresh, columnstore, retention } = aggregate;
  const jobs = stayingAggregate(name, input)?.jobs ?? [];
  return [
    ...refreshChanges(aggregate, refresh, jobs),
    ...(columnstore === undefined
      ? []
      : compressionPolicyChanges("aggregate", name, columnstore.after, jobs)),
    ...(retention === undefined
      ? []
      : retentionChanges(
          {
            relation: "aggregate",
            name,
            timeColumn: "bucket",
            dropAfter: retention.dropAfter,
            holdColumn: retention.holdColumn ?? null,
          },
          jobs,
        )),
  ];
}

/** Filled the finest first, once all of them are there. */
function fillChanges(
  aggregate: ContinuousAggregateDeclaration,
  input: PlanInput,
): readonly TimeSeriesChange[] {
  const stays = stayingAggregate(aggregate.name, input) !== undefined;
  if (stays && input.recorded.get(aggregate.name)?.filled === true) return [];
  return [
    {
      object: `aggregate ${aggregate.name}`,
      why: stays ? "was not filled to its end" : "has to be filled from what is there",
      safety: "online",
      reason: "range by range, each for itself; readers see the source meanwhile",
      missing: true,
      action: { type: "fill-aggregate", aggregate },
    },
  ];
}

function viewChanges(
  aggregate: ContinuousAggregateDeclaration,
  { live, recorded, declaredHash, liveHash }: PlanInput,
): readonly TimeSeriesChange[] {
  const found = live.views.find(({ name }) => name === aggregate.view);
  const record = recorded.get(aggregate.view);
  if (
    found !== undefined &&
    record !== undefined &&
    record.declaredHash === declaredHash("view", aggregate) &&
    record.liveHash === liveHash(found.definition)
  ) {
    return [];
  }
  return [
    {
      object: `view ${aggregate.view}`,
      why:
        record === undefined
          ? `does not read ${aggregate.name} yet`
          : "its definition is not the declared one",
      safety: "online",
      reason: "replaced in one transaction; its rows stay the same",
      missing: record === undefined,
      action: { type: "replace-view", aggregate },
    },
  ];
}
