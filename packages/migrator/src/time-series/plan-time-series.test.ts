// The planner on any pair of declared and live state: what it plans leads to the declared state, planning again gives
// nothing, and nothing that is not declared is touched.
import type { HypertableDeclaration, TimeSeriesDeclaration } from "@app/schema";
import { type ContinuousAggregateDeclaration, type Duration, durationParts } from "@app/schema/time-series";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyToModel, asDeclared, liveColumnstore, type ModelState } from "../testing/time-series-model.ts";
import type { LiveAggregate, LiveHypertable, LiveJob, LiveState } from "./live-state.ts";
import { procedures } from "./job-changes.ts";
import { planTimeSeries } from "./plan-time-series.ts";
import type { TimeSeriesChange } from "./time-series-change.ts";

const duration = fc.constantFrom<Duration>(
  "1 hour",
  "6 hours",
  "1 day",
  "7 days",
  "90 days",
  "7 years",
  "60 minutes",
);
const columns = fc.uniqueArray(fc.constantFrom("account", "symbol", "exchange", "kind"), { maxLength: 3 });
const orders = fc
  .uniqueArray(fc.constantFrom("time", "id", "price"), { minLength: 1, maxLength: 2 })
  .chain((names) =>
    fc.tuple(
      ...names.map((column) =>
        fc.constantFrom({ column, direction: "asc" as const }, { column, direction: "desc" as const }),
      ),
    ),
  );
const columnstore = fc.record(
  {
    segmentBy: columns,
    orderBy: orders,
    sparseIndexes: fc.constantFrom([], [{ kind: "bloom" as const, column: "note" }]),
    after: duration,
    rollUpChunksTo: duration,
  },
  { requiredKeys: ["segmentBy", "orderBy", "after"] },
);
const retention = fc.record(
  { dropAfter: duration, holdColumn: fc.constant("retain_until") },
  { requiredKeys: ["dropAfter"] },
);

const hypertableOf = (table: string): fc.Arbitrary<HypertableDeclaration> =>
  fc.record(
    {
      table: fc.constant(table),
      timeColumn: fc.constant("time"),
      chunkInterval: duration,
      lateDataWindow: duration,
      columnstore,
      retention,
    },
    { requiredKeys: ["table", "timeColumn", "chunkInterval", "lateDataWindow"] },
  );

const aggregateOf = (name: string, finer: string | undefined): fc.Arbitrary<ContinuousAggregateDeclaration> =>
  fc
    .record(
      {
        name: fc.constant(name),
        table: fc.constant("a"),
        timeColumn: fc.constant("time"),
        bucket: duration,
        groupBy: fc.constant(["symbol"]),
        columns: fc.constant([{ name: "high", fromRows: "max(high)", fromFiner: "max(high)" }]),
        view: fc.constant(`view_of_${name}`),
        viewColumns: fc.constant([{ name: "high", expression: "high" }]),
        refresh: fc.record({ startOffset: duration, endOffset: duration, scheduleInterval: duration }),
        columnstore,
        retention,
      },
      {
        requiredKeys: [
          "name",
          "table",
          "timeColumn",
          "bucket",
          "groupBy",
          "columns",
          "view",
          "viewColumns",
          "refresh",
        ],
      },
    )
    .map((aggregate) => (finer === undefined ? aggregate : { ...aggregate, finer }));

const declarations: fc.Arbitrary<TimeSeriesDeclaration> = fc.record({
  hypertables: fc.tuple(hypertableOf("a"), hypertableOf("b")),
  continuousAggregates: fc.tuple(
    aggregateOf("fine", undefined),
    aggregateOf("middle", "fine"),
    aggregateOf("coarse", "middle"),
  ),
});

const job: fc.Arbitrary<LiveJob> = fc.record({
  id: fc.constant(0),
  procedure: fc.constantFrom(...Object.values(procedures), "public.somebodys_own"),
  scheduled: fc.boolean(),
  scheduleInterval: duration.map(durationParts),
  config: fc.constantFrom({}, { hold_column: "retain_until" }),
  intervals: fc.record({
    compress_after: duration.map(durationParts),
    drop_after: duration.map(durationParts),
    start_offset: duration.map(durationParts),
    end_offset: duration.map(durationParts),
  }),
  consecutiveFailures: fc.constant(0),
  lastError: fc.constant(null),
});
const jobs = fc.array(job, { maxLength: 4 });
const liveStore = fc.option(columnstore.map(liveColumnstore));

const liveHypertable = (table: string): fc.Arbitrary<LiveHypertable> =>
  fc.record({
    table: fc.constant(table),
    timeColumn: fc.constant("time"),
    chunkInterval: duration.map(durationParts),
    chunks: fc.nat(9),
    columnstore: liveStore,
    jobs,
  });
const liveAggregate = (name: string): fc.Arbitrary<LiveAggregate> =>
  fc.record({
    name: fc.constant(name),
    materializedOnly: fc.boolean(),
    definition: fc.constantFrom(asDeclared("aggregate", name), "changed by hand"),
    columnstore: liveStore,
    jobs,
  });

/** Some of what is declared is there, and something that nobody declared. */
const states: fc.Arbitrary<ModelState> = fc
  .record({
    hypertables: fc.tuple(
      fc.option(liveHypertable("a")),
      fc.option(liveHypertable("b")),
      liveHypertable("somebodys"),
    ),
    aggregates: fc.tuple(
      fc.option(liveAggregate("fine")),
      fc.option(liveAggregate("middle")),
      fc.option(liveAggregate("coarse")),
      liveAggregate("somebodys_rollup"),
    ),
    rows: fc.boolean(),
    known: fc.subarray(["fine", "middle", "coarse", "view_of_fine", "view_of_coarse"]),
    filled: fc.boolean(),
  })
  .map(({ hypertables, aggregates, rows, known, filled }) => {
    // A job's number is its own, whatever it hangs on.
    let next = 1_000;
    const numbered = <Held extends { readonly jobs: readonly LiveJob[] }>(held: Held): Held => ({
      ...held,
      jobs: held.jobs.map((one) => ({ ...one, id: (next += 1) })),
    });
    const there = hypertables.filter((found) => found !== null).map((found) => numbered(found));
    const live: LiveState = {
      hypertables: there,
      aggregates: aggregates.filter((found) => found !== null).map((found) => numbered(found)),
      tables: ["a", "b"]
        .filter((table) => !there.some((found) => found.table === table))
        .map((table) => ({ table, hasRows: rows })),
      views: ["fine", "middle", "coarse"].map((name) => ({
        name: `view_of_${name}`,
        definition: asDeclared("view", `view_of_${name}`),
      })),
    };
    const recorded = new Map(
      known.map((name) => {
        const definition = asDeclared(name.startsWith("view_") ? "view" : "aggregate", name);
        return [name, { declaredHash: definition, liveHash: definition, filled }] as const;
      }),
    );
    return { live, recorded };
  });

function plan(declared: TimeSeriesDeclaration, { live, recorded }: ModelState): readonly TimeSeriesChange[] {
  return planTimeSeries({
    declared,
    live,
    recorded,
    edition: "timescale",
    declaredHash: (kind, aggregate) => asDeclared(kind, kind === "view" ? aggregate.view : aggregate.name),
    liveHash: (definition) => definition,
  });
}

/** What nobody declared; a job goes with the aggregate it hangs on. */
const undeclared = ({ live }: ModelState, dropped: ReadonlySet<string>): unknown => ({
  hypertables: live.hypertables.filter(({ table }) => table === "somebodys"),
  aggregates: live.aggregates.filter(({ name }) => name === "somebodys_rollup"),
  jobs: [...live.hypertables, ...live.aggregates.filter(({ name }) => !dropped.has(name))].flatMap(
    ({ jobs: all }) => all.filter(({ procedure }) => procedure === "public.somebodys_own"),
  ),
});

describe("a plan of time series", () => {
  it("leads from any state to the declared one, and planning again gives nothing", () => {
    fc.assert(
      fc.property(declarations, states, (declared, before) => {
        const after = plan(declared, before).reduce(applyToModel, before);
        expect(plan(declared, after)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it("leaves alone what nobody declared", () => {
    fc.assert(
      fc.property(declarations, states, (declared, before) => {
        const changes = plan(declared, before);
        const dropped = new Set(
          changes.flatMap(({ action }) => (action.type === "drop-aggregate" ? [action.name] : [])),
        );
        const after = changes.reduce(applyToModel, before);
        expect(undeclared(after, dropped)).toEqual(undeclared(before, dropped));
      }),
      { numRuns: 2_000 },
    );
  });

  it("can be stopped after any change: what is left of it is what the next plan holds", () => {
    fc.assert(
      fc.property(declarations, states, fc.nat(100), (declared, before, stop) => {
        const first = plan(declared, before);
        const half = first.slice(0, stop % (first.length + 1)).reduce(applyToModel, before);
        const after = plan(declared, half).reduce(applyToModel, half);
        expect(plan(declared, after)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it("holds nothing that loses rows for an empty database", () => {
    fc.assert(
      fc.property(declarations, (declared) => {
        const empty: ModelState = {
          live: { hypertables: [], aggregates: [], tables: [], views: [] },
          recorded: new Map(),
        };
        expect(plan(declared, empty).filter(({ safety }) => safety !== "online")).toEqual([]);
      }),
    );
  });

  const records: HypertableDeclaration = {
    table: "a",
    timeColumn: "time",
    chunkInterval: "1 day",
    lateDataWindow: "1 day",
    retention: { dropAfter: "7 years", holdColumn: "retain_until" },
  };
  const withRetention = (dropAfter: Duration, procedure: string): ModelState => ({
    recorded: new Map(),
    live: {
      aggregates: [],
      tables: [],
      views: [],
      hypertables: [
        {
          table: "a",
          timeColumn: "time",
          chunkInterval: { months: 0, microseconds: 86_400_000_000 },
          chunks: 1,
          columnstore: null,
          jobs: [
            {
              id: 1000,
              procedure,
              scheduled: true,
              scheduleInterval: durationParts("1 day"),
              config: { hold_column: "retain_until" },
              intervals: { drop_after: durationParts(dropAfter) },
              consecutiveFailures: 0,
              lastError: null,
            },
          ],
        },
      ],
    },
  });

  it.each([
    ["a shorter time than before is destructive", "10 years", "destructive"],
    ["a longer time than before is not", "5 years", "online"],
  ] as const)("for retention: %s", (_, before, safety) => {
    const changes = plan(
      { hypertables: [records], continuousAggregates: [] },
      withRetention(before, procedures.heldRetention),
    );
    expect(changes.map((change) => [change.action.type, change.safety])).toEqual([["set-retention", safety]]);
  });

  it("takes a policy that knows of no holds for what it is", () => {
    const [change] = plan(
      { hypertables: [records], continuousAggregates: [] },
      withRetention("7 years", procedures.retention),
    );
    expect(change).toMatchObject({ action: { type: "set-retention", replaces: [1000] }, missing: false });
    expect(change?.why).toContain("policy_retention");
  });
});
