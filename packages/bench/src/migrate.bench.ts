// How long `pnpm migrate` takes: on an empty database, and when there is nothing to do, beside the bare start of the
// runtime in the same rounds. Run by hand as `pnpm bench:migrate`; exits 1 when a bound is missed.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createTestDatabase } from "@app/local-server/testing";
import { benchCommand, roundsOption } from "./bench-arguments.ts";
import { median } from "./measuring/quantile.ts";

const run = promisify(execFile);
const command = fileURLToPath(new URL("../../cli/bin.js", import.meta.url));

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const { rounds } = benchCommand(
  "pnpm bench:migrate",
  "Migrates an empty database each round, then again with nothing to do, and takes the medians; takes a minute.",
  "0 both bounds kept, 1 one missed, or not measured",
)
  .addOption(roundsOption(9))
  .parse()
  .opts<{ rounds: number }>();
const starts: number[] = [];
const firsts: number[] = [];
const repeats: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  await using database = await createTestDatabase();
  const migrate = (): Promise<unknown> =>
    run(process.execPath, [command, "migrate", "--json"], {
      env: { ...process.env, DATABASE_URL: database.url },
    });
  starts.push(await milliseconds(() => run(process.execPath, ["-e", ""])));
  firsts.push(await milliseconds(migrate));
  repeats.push(await milliseconds(migrate));
}

const times = (measured: number): string => `${(measured / median(starts)).toFixed(1)} times`;
const beyondStart = median(repeats) - median(starts);
process.stdout.write(
  [
    `bare start of the runtime     ${median(starts).toFixed(0)} ms`,
    `migrate, empty database       ${median(firsts).toFixed(0)} ms, ${times(median(firsts))} the bare start   (bound: 5000 ms)`,
    `migrate, nothing to do        ${median(repeats).toFixed(0)} ms, ${times(median(repeats))} the bare start, ${beyondStart.toFixed(0)} ms beyond it   (bound: 500 ms beyond)`,
    `medians of ${rounds} rounds`,
    "",
  ].join("\n"),
);
if (median(firsts) > 5_000 || beyondStart > 500) process.exitCode = 1;
