// A run in the format of github-action-benchmark (https://github.com/benchmark-action/github-action-benchmark, its tools
// "customSmallerIsBetter" and "customBiggerIsBetter"), which draws figures over the commits of a repository. One tool knows one direction,
// so there are two lists. A figure that is no number is left out: that format has no word for it, and the run has failed anyway.
import type { Finding } from "../measuring/finding.ts";
import type { BenchReport } from "./bench-report.ts";
import { findingsOf, keyOfFinding } from "./judge-report.ts";
import { formatBound } from "./shown-figure.ts";

/** One figure, as the action reads it. */
export interface GithubBenchmark {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly range?: string;
  readonly extra?: string;
}

/** @returns the figures of a run that improve in one direction */
export function toGithubBenchmarks(
  report: BenchReport,
  better: Finding["better"],
): readonly GithubBenchmark[] {
  return findingsOf(report)
    .filter((finding) => finding.better === better && Number.isFinite(finding.figure))
    .map((finding) => {
      const { unit, figure, interval, bound, latency } = finding;
      const extra = [
        ...(bound === undefined ? [] : [`bound: ${formatBound(bound, unit)}`]),
        ...(latency === undefined ? [] : [`calls: ${latency.calls}`]),
        `edition: ${report.server.edition}`,
        `profile: ${report.dataset.profile}`,
      ];
      return {
        name: keyOfFinding(finding),
        unit,
        value: figure,
        ...(interval === undefined
          ? {}
          : { range: `± ${Number(((interval[1] - interval[0]) / 2).toPrecision(3))}` }),
        extra: extra.join("\n"),
      };
    });
}
