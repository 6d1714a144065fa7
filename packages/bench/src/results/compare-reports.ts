// Two runs against each other: what is worse than in the baseline, what is better, and what cannot be compared and why. Not whether bounds
// are kept; that is judged within one run.
// Invariant: a figure that the baseline holds to a bound and this run lacks fails the comparison, and so does a comparison of nothing.
import type { Finding } from "../measuring/finding.ts";
import type { BenchReport, Machine } from "./bench-report.ts";
import { findingsOf, judgeWorkload, keyOfFinding } from "./judge-report.ts";

/**
 * Beyond both intervals a figure must also have changed by more than this share. An interval knows the rounds of its own run only; between
 * runs the machine itself differs (clock, layout of memory, neighbours). github-action-benchmark, whose users compare runs on shared
 * machines, tells of 10 to 20 % there.
 */
export const CHANGE_THRESHOLD = 0.15;

/**
 * Each run loads the server with a share of what it can bear, so the rates of two runs differ a little. A rate lower by more than this share
 * says that the server bears less now: worse, whatever the latencies under that lighter load.
 */
export const RATE_THRESHOLD = 0.25;

/** What became of one figure. */
export interface Change {
  readonly name: string;
  readonly outcome: "worse" | "better" | "same" | "missing" | "new" | "not compared";
  readonly baseline: Finding | undefined;
  readonly current: Finding | undefined;
  /** New over old, less one; positive is larger. */
  readonly change: number | undefined;
  /** Why, where the outcome does not say all. */
  readonly reason: string | undefined;
}

/** What became of all of them. */
export interface Comparison {
  /** Why absolute times were not compared; undefined where they were. */
  readonly difference: string | undefined;
  readonly changes: readonly Change[];
  /** Sentences that name what makes this comparison fail; none where it holds. */
  readonly failures: readonly string[];
}

const MACHINE_FIELDS: readonly (keyof Machine)[] = [
  "platform",
  "architecture",
  "processor",
  "cores",
  "memoryBytes",
  "node",
  "nodeOptions",
];

/** Why absolute times of two reports say nothing about each other. */
function differenceOf(baseline: BenchReport, current: BenchReport): string | undefined {
  const machine = MACHINE_FIELDS.filter((field) => baseline.machine[field] !== current.machine[field]);
  if (machine.length > 0) return `different machine (${machine.join(", ")})`;
  if (baseline.server.edition !== current.server.edition) return "different edition";
  if (baseline.dataset.profile !== current.dataset.profile) return "different profile";
  if (baseline.dataset.seed !== current.dataset.seed) return "different seed";
  return undefined;
}

/** What a figure is known by, and the load it was measured under where there was one. */
interface Known {
  readonly finding: Finding;
  readonly intendedRate: number | undefined;
}

function known(report: BenchReport): ReadonlyMap<string, Known> {
  const rates = new Map(
    report.workloads.map((workload) => [keyOfFinding(judgeWorkload(workload)), workload.intendedRate]),
  );
  return new Map(
    findingsOf(report).map((finding) => [
      keyOfFinding(finding),
      { finding, intendedRate: rates.get(keyOfFinding(finding)) },
    ]),
  );
}

/** New rate over old; 1 where neither has one, no number where only one has. */
function rateChange({ intendedRate: before }: Known, { intendedRate: after }: Known): number {
  if (before === undefined && after === undefined) return 1;
  return before === undefined || after === undefined ? Number.NaN : after / before;
}

function compareFigures(
  name: string,
  old: Known,
  next: Known,
  {
    difference,
    isOtherEdition,
  }: { readonly difference: string | undefined; readonly isOtherEdition: boolean },
): Change {
  const { finding: baseline } = old;
  const { finding: current } = next;
  const change = current.figure / baseline.figure - 1;
  const as = (outcome: Change["outcome"], reason?: string): Change => ({
    name,
    outcome,
    baseline,
    current,
    change: Number.isFinite(change) ? change : undefined,
    reason,
  });
  if (baseline.unit !== current.unit || baseline.better !== current.better) {
    return as("not compared", "it is another figure now");
  }
  if (current.unit !== "ratio" && difference !== undefined) return as("not compared", difference);
  if (!Number.isFinite(baseline.figure)) return as("not compared", "no number in the baseline");
  if (!Number.isFinite(current.figure)) return withoutNumber(as, baseline, isOtherEdition);
  const rate = rateChange(old, next);
  if (Number.isNaN(rate)) return as("not compared", "only one of them was measured at a constant rate");
  if (rate < 1 - RATE_THRESHOLD) {
    const shown = `${next.intendedRate?.toFixed(0)} calls a second, of ${old.intendedRate?.toFixed(0)}`;
    return as("worse", `the server bears less: ${shown}`);
  }
  // The range of the rounds is wider than an interval, so nothing is called a change too soon.
  const before = baseline.interval ?? baseline.spread;
  const after = current.interval ?? current.spread;
  if (before === undefined || after === undefined) return as("not compared", "measured once");
  const factor = 1 + CHANGE_THRESHOLD;
  const isLarger = after[0] > before[1] && current.figure > baseline.figure * factor;
  const isSmaller = after[1] < before[0] && current.figure < baseline.figure / factor;
  if (!isLarger && !isSmaller) return as("same");
  if (isLarger === (current.better === "larger")) return as("better");
  return rate > 1 + RATE_THRESHOLD ? as("not compared", "measured under a heavier load") : as("worse");
}

/** A figure that was a number in the baseline, and is none now. */
function withoutNumber(
  as: (outcome: Change["outcome"], reason: string) => Change,
  { bound }: Finding,
  isOtherEdition: boolean,
): Change {
  // What an edition cannot have it does not lose.
  if (isOtherEdition) return as("not compared", "no number on this edition");
  return as(bound === undefined ? "not compared" : "worse", "no number in this run");
}

/** What a run says against a baseline; ratios always, absolute figures only where machine, edition, profile and seed are the same. */
export function compareReports(baseline: BenchReport, current: BenchReport): Comparison {
  const difference = differenceOf(baseline, current);
  const isOtherEdition = baseline.server.edition !== current.server.edition;
  const [before, after] = [known(baseline), known(current)];
  const changes: Change[] = [];
  for (const [name, old] of before) {
    const next = after.get(name);
    changes.push(
      next === undefined
        ? {
            name,
            outcome: "missing",
            baseline: old.finding,
            current: undefined,
            change: undefined,
            reason: "not measured in this run",
          }
        : compareFigures(name, old, next, { difference, isOtherEdition }),
    );
  }
  for (const [name, { finding }] of after) {
    if (before.has(name)) continue;
    const reason = "not in the baseline";
    changes.push({ name, outcome: "new", baseline: undefined, current: finding, change: undefined, reason });
  }
  return { difference, changes, failures: failuresOf(changes) };
}

function failuresOf(changes: readonly Change[]): readonly string[] {
  const failures = changes.flatMap(({ name, outcome, baseline, reason }) => {
    if (outcome === "worse") return [`${name} is worse${reason === undefined ? "" : `: ${reason}`}.`];
    const isLost = outcome === "missing" && baseline?.bound !== undefined;
    return isLost ? [`${name} is held to a bound in the baseline, and was not measured in this run.`] : [];
  });
  const isCompared = changes.some(({ outcome }) => ["worse", "better", "same"].includes(outcome));
  return isCompared ? failures : [...failures, "Nothing could be compared."];
}

/** 1 where something is worse, missing, or nothing was compared; 0 otherwise. */
export function exitCodeOf({ failures }: Comparison): 0 | 1 {
  return failures.length === 0 ? 0 : 1;
}
