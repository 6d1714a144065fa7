// How the background jobs of a hypertable or an aggregate differ from what is declared: conversion to columns, retention,
// refresh. Pure; a job that is none of these is nobody's business here.

import {
  approximateMicroseconds,
  type ContinuousAggregateDeclaration,
  type Duration,
} from "@app/schema/time-series";

import { approximateLength, describeInterval, sameInterval } from "./interval-text.ts";
import type { Interval, LiveJob } from "./live-state.ts";
import type { RelationKind, TimeSeriesChange } from "./time-series-change.ts";

/** Names of the procedures that jobs call. */
export const procedures = {
  compression: "_timescaledb_functions.policy_compression",
  refresh: "_timescaledb_functions.policy_refresh_continuous_aggregate",
  retention: "_timescaledb_functions.policy_retention",
  heldRetention: "public.drop_expired_chunks",
} as const;

export function compressionPolicyChanges(
  relation: RelationKind,
  name: string,
  after: Duration,
  jobs: readonly LiveJob[],
): readonly TimeSeriesChange[] {
  const found = jobs.filter(({ procedure }) => procedure === procedures.compression);
  const [job] = found;
  const matching = job !== undefined && sameInterval(after, job.intervals["compress_after"]);
  if (matching) return jobStateChanges(`${relation} ${name}`, job);
  return [
    {
      object: `${relation} ${name}`,
      why:
        job === undefined
          ? `no job converts its chunks, declared is one for chunks older than ${after}`
          : `its chunks are converted after ${textOf(job.intervals["compress_after"])}, declared is ${after}`,
      safety: "online",
      reason: "the job works chunk by chunk",
      missing: job === undefined,
      action: { type: "set-columnstore-policy", name, after, replaces: found.map(({ id }) => id) },
    },
  ];
}

const textOf = (interval: Interval | undefined): string =>
  interval === undefined ? "an unknown time" : describeInterval(interval);

interface DeclaredRetention {
  readonly relation: RelationKind;
  readonly name: string;
  readonly timeColumn: string;
  readonly dropAfter: Duration;
  readonly holdColumn: string | null;
}

export function retentionChanges(
  declared: DeclaredRetention,
  jobs: readonly LiveJob[],
): readonly TimeSeriesChange[] {
  const { relation, name, dropAfter, holdColumn } = declared;
  const wanted = relation === "hypertable" ? procedures.heldRetention : procedures.retention;
  const found = jobs.filter(
    ({ procedure }) => procedure === procedures.heldRetention || procedure === procedures.retention,
  );
  const [job] = found;
  const object = `${relation} ${name}`;
  const matching =
    job !== undefined &&
    found.length === 1 &&
    job.procedure === wanted &&
    sameInterval(dropAfter, job.intervals["drop_after"]) &&
    (relation === "aggregate" || (job.config["hold_column"] ?? null) === holdColumn);
  if (matching) return jobStateChanges(object, job);
  const ages = found.flatMap(({ intervals }) => intervals["drop_after"] ?? []);
  const shortens = ages.length > 0 && ages.every((age) => compareLive(dropAfter, age) < 0);
  return [
    {
      object,
      why:
        job === undefined
          ? `no job drops what is older than ${dropAfter}`
          : found.length > 1 || job.procedure !== wanted
            ? `its retention job is not the declared one (${found.map(({ procedure }) => procedure).join(", ")})`
            : `it drops what is older than ${textOf(job.intervals["drop_after"])}, declared is ${dropAfter}${relation === "hypertable" && holdColumn !== null ? ` and not held by ${holdColumn}` : ""}`,
      ...(shortens
        ? { safety: "destructive", reason: "rows that are kept now are dropped at the job's next run" }
        : { safety: "online", reason: "nothing is dropped that was to be kept" }),
      missing: job === undefined,
      action: { type: "set-retention", ...declared, replaces: found.map(({ id }) => id) },
    },
  ];
}

/** Negative where the declared length is the shorter one. */
function compareLive(declared: Duration, live: Interval): number {
  return approximateMicroseconds(declared) - approximateLength(live);
}

function jobStateChanges(object: string, job: LiveJob): readonly TimeSeriesChange[] {
  if (job.scheduled) return [];
  return [
    {
      object,
      why: `its job ${job.id} (${job.procedure}) is switched off`,
      safety: "online",
      reason: "the job runs again on its schedule",
      missing: false,
      action: { type: "enable-job", job: job.id, name: object },
    },
  ];
}

export function refreshChanges(
  { name }: ContinuousAggregateDeclaration,
  refresh: ContinuousAggregateDeclaration["refresh"],
  jobs: readonly LiveJob[],
): readonly TimeSeriesChange[] {
  const { startOffset, endOffset, scheduleInterval } = refresh;
  const found = jobs.filter(({ procedure }) => procedure === procedures.refresh);
  const [job] = found;
  const object = `aggregate ${name}`;
  if (
    job !== undefined &&
    found.length === 1 &&
    sameInterval(startOffset, job.intervals["start_offset"]) &&
    sameInterval(endOffset, job.intervals["end_offset"]) &&
    sameInterval(scheduleInterval, job.scheduleInterval)
  ) {
    return jobStateChanges(object, job);
  }
  return [
    {
      object,
      why:
        job === undefined
          ? "no job refreshes it"
          : `it is refreshed from ${textOf(job.intervals["start_offset"])} to ${textOf(job.intervals["end_offset"])} ago every ${describeInterval(job.scheduleInterval)}, declared is from ${startOffset} to ${endOffset} ago every ${scheduleInterval}`,
      safety: "online",
      reason: "counts from the next refresh on",
      missing: job === undefined,
      action: {
        type: "set-refresh-policy",
        name,
        startOffset,
        endOffset,
        scheduleInterval,
        replaces: found.map(({ id }) => id),
      },
    },
  ];
}
