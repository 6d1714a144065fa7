// `pnpm bench`: runs the suite, shows what it found, and ends with 0 where every gate is kept, 1 where one is missed, 2 where it could not run.
// Progress goes to the standard error, so that the standard output holds the report alone.
import { dirname } from "node:path";
import { CommanderError } from "commander";
import { ALL_GATES } from "../gates/all-gates.ts";
import { compareReports, exitCodeOf } from "../results/compare-reports.ts";
import { describeComparison } from "../results/describe-comparison.ts";
import { describeReport } from "../results/describe-report.ts";
import { BOUNDED_CLASSES, judgeReport } from "../results/judge-report.ts";
import { makeDirectory } from "../results/make-directory.ts";
import { readReport } from "../results/report-file.ts";
import { type BenchOptions, readBenchOptions } from "./bench-options.ts";
import { runSuite } from "./run-suite.ts";
import { createSay } from "./say.ts";

/** Server trouble, a wrong option: nothing was judged. */
const TROUBLE = 2;

/** @returns the exit code */
async function bench(options: BenchOptions): Promise<0 | 1> {
  const say = createSay();
  // Read and tried before anything is measured: a wrong file or place must not cost minutes.
  const baseline = options.compare === undefined ? undefined : await readReport(options.compare);
  if (options.output !== undefined) await makeDirectory(options.output, "--output");
  if (options.updateBaseline !== undefined)
    await makeDirectory(dirname(options.updateBaseline), "--update-baseline");
  const report = await runSuite(options, say);
  const verdict = judgeReport(report, options.only === undefined ? BOUNDED_CLASSES : []);
  if (options.output !== undefined) {
    // Loaded where it is used: it brings a library of charts along.
    const { writeReports } = await import("../results/write-reports.ts");
    const written = await writeReports(options.output, report);
    say(`wrote ${written.json}, ${written.markdown}, ${written.html}`);
  }
  if (options.updateBaseline !== undefined) {
    const { writeBaseline } = await import("../results/write-reports.ts");
    await writeBaseline(options.updateBaseline, report);
    say(`wrote the baseline ${options.updateBaseline}`);
  }
  const out = (text: string): void => void process.stdout.write(text);
  if (options.json) out(`${JSON.stringify(report, undefined, 2)}\n`);
  else out(describeReport(report, { verdict }));
  if (baseline === undefined) return verdict.isPassed ? 0 : 1;
  const comparison = compareReports(baseline, report);
  const said = describeComparison(comparison);
  if (options.json) process.stderr.write(said);
  else out(said);
  return verdict.isPassed ? exitCodeOf(comparison) : 1;
}

/** Runs the command. @returns its exit code */
async function main(args: readonly string[]): Promise<number> {
  try {
    return await bench(
      readBenchOptions(
        args,
        ALL_GATES.map(({ name }) => name),
      ),
    );
  } catch (error) {
    // Commander has written what is wrong, or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : TROUBLE;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return TROUBLE;
  }
}

process.exitCode = await main(process.argv.slice(2));
