// pnpm quickstart: from nothing to real bars in a real database, and a look at them. Safe to run again: it says what was there.
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import type { SeriesKey } from "@app/repositories";
import { USUAL_WIDTH } from "../../command-io.ts";
import type { CommandIo } from "../../command-io.ts";

const SAMPLE = fileURLToPath(new URL("../../../sample/btc-perp-1m.csv.gz", import.meta.url));
const SERIES: SeriesKey = { exchange: "sample", symbol: "BTC-PERP", timeframe: "1m" };

const NEXT = `  Load your own bars (CSV or JSON, also gzip):
    pnpm import:bars FILE --exchange NAME --symbol NAME \\
      --timeframe 1m
  See what the database is made of:
    pnpm migrate:status
  Keep the server up and look around with any client (psql,
  DBeaver, your own code) at the address it prints:
    pnpm db:start && pnpm -s db:url
`;

export function registerQuickstart(program: Command, io: CommandIo): void {
  program
    .command("quickstart")
    .description("start a database, migrate it, load the sample bars and show them")
    .action(() => quickstart(io));
}

async function quickstart(io: CommandIo): Promise<void> {
  const began = performance.now();
  const { default: pc } = await import("picocolors");
  const { formatDuration } = await import("../../terminal/number-format.ts");
  const say = (what: string, text: string, since: number): void =>
    io.stdout(
      `${pc.bold(what.padEnd(10))}${text} ${pc.dim(`(${formatDuration(performance.now() - since)})`)}\n`,
    );

  const { resolveDatabaseUrl } = await import("@app/local-server");
  await using place = await resolveDatabaseUrl({
    env: io.env,
    onProgress: (text) => io.stderr(`${text} ...\n`),
  });
  const { parseConnection } = await import("@app/database");
  const settings = parseConnection(place.url);
  const folder = io.env["LOCAL_DATA_DIRECTORY"] || ".data/";
  const where = place.source === "embedded" ? `embedded PostgreSQL, data in ${folder}` : settings.redacted();
  say("Database", where, began);

  const beforeMigration = performance.now();
  const { createMigrator } = await import("@app/migrator");
  const { steps, differences } = await createMigrator({ connection: settings }).apply();
  const applied = steps.length === 0 ? "up to date, nothing to apply" : `${steps.length} steps applied`;
  const drift = differences?.length === 0 ? "" : "; the database is not as declared, see pnpm migrate:verify";
  say("Schema", `${applied}${drift}`, beforeMigration);

  const beforeImport = performance.now();
  const { connect } = await import("@app/repositories");
  await using data = connect({ database: settings });
  const { createProgress } = await import("../../terminal/progress.ts");
  const { runImport } = await import("../import-bars/run-import.ts");
  const { describeCounts, describeDamage } = await import("../import-bars/describe-import.ts");
  const progress = await createProgress(io, "Sample   ");
  const report = await runImport(data.marketData, {
    path: SAMPLE,
    series: SERIES,
    indicators: true,
    keepRaw: false,
    columns: new Map(),
    onProgress: (state) => progress.update(state),
  }).finally(() => progress.stop());
  // Roll-ups of a database that has newer bars do not reach back to the sample by themselves.
  const { catchUpMarketData } = await import("../import-bars/catch-up.ts");
  await catchUpMarketData(place.url);
  const damage = describeDamage(report);
  if (damage !== undefined) {
    const { DamagedFileError } = await import("../../bar-files/bar-file-error.ts");
    throw new DamagedFileError(damage);
  }
  say("Sample", `BTC-PERP 1m: ${describeCounts(report)}`, beforeImport);

  const { showData } = await import("./show-data.ts");
  io.stdout(`\n${await showData(data.marketData, SERIES, io.columns ?? USUAL_WIDTH)}\n`);
  io.stdout(`${pc.bold("Next")}\n${NEXT}\nDone in ${formatDuration(performance.now() - began)}.\n`);
}
