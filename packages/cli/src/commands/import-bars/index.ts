// pnpm import:bars: loads a file of bars (or of single trades) into one series.
import type { Command } from "commander";
import type { CommandIo } from "../../command-io.ts";

interface ImportBarsOptions {
  readonly symbol: string;
  readonly exchange: string;
  readonly timeframe: string;
  readonly source?: string;
  readonly indicators: boolean;
  readonly keepRaw?: true;
  readonly columns?: string;
  readonly rejects?: string;
  readonly json?: true;
}

const HELP = `
Files: CSV with a header, or a JSON array of [time, open, high, low, close, volume] or of objects; plain or gzip.
A file of single trades (time, price, amount) is made into bars of the timeframe.
Times: ISO 8601, "YYYY-MM-DD HH:MM:SS", epoch in s, ms, us or ns; without a zone they are UTC.
Columns are found by their usual names; others are named with --columns open=Bid,time=1 (a position counts from 1).

A row that cannot be a bar (NaN, price not above zero, high below low, a time off the timeframe's grid, in the
future or closer to another bar than the timeframe, a time that was there before, too few columns, broken text) is refused and kept with its number and reason in
the rejects file; all other rows are stored. The same file again changes nothing: run it again after an interruption.
On TimescaleDB's community edition the candles and columns behind older bars are brought up to date at the end; where that
cannot be, the bars are stored all the same and the output says what is left.
The later import wins where bars differ. With --no-indicators new and changed bars have no indicator values.

Exit codes: 0 all rows stored, 2 some rows refused, 1 failure (what was read before it is stored).

Examples:
  pnpm import:bars btc.csv.gz --exchange binance --symbol BTCUSDT --timeframe 1m
  pnpm import:bars fx.csv --exchange oanda --symbol GBPUSD --timeframe 5m --columns time=Date,close=BidClose
`;

export function registerImportBars(program: Command, io: CommandIo): void {
  program
    .command("import:bars")
    .description("load bars from a CSV or JSON file")
    .argument("<file>", "the file")
    .requiredOption("--exchange <name>", "where it trades")
    .requiredOption("--symbol <name>", "what trades")
    .requiredOption("--timeframe <length>", "length of a bar: 1m, 5m, 15m, 1h, 4h, 1d, ...")
    .option("--source <text>", "where the bars come from (default: the file's name)")
    .option("--no-indicators", "do not compute the indicators")
    .option("--keep-raw", "keep each row as the source wrote it")
    .option("--columns <pairs>", "which column is what, as field=name or field=position")
    .option("--rejects <file>", "where refused rows go (default: FILE.rejects.csv)")
    .option("--json", "print one JSON document")
    .addHelpText("after", HELP)
    .action((path: string, options: ImportBarsOptions) => importBars(path, options, io));
}

async function importBars(path: string, options: ImportBarsOptions, io: CommandIo): Promise<void> {
  const [{ parseColumnOption }, { openBarFile }, { checkSeriesText }] = await Promise.all([
    import("./column-option.ts"),
    import("../../bar-files/open-bar-file.ts"),
    import("./series-option.ts"),
  ]);
  const series = checkSeriesText(options);
  const columns = parseColumnOption(options.columns);
  const { nameFile, runImport } = await import("./run-import.ts");
  // Before a server is started for it: a wrong path is the likeliest mistake.
  await nameFile(path, () => openBarFile(path));

  const { keepHeapSmall } = await import("./bound-memory.ts");
  keepHeapSmall();
  const { resolveDatabaseUrl } = await import("@app/local-server");
  await using database = await resolveDatabaseUrl({
    env: io.env,
    onProgress: (text) => io.stderr(`${text} ...\n`),
  });
  const { connect } = await import("@app/repositories");
  await using data = connect({ database: database.url });
  const { createProgress } = await import("../../terminal/progress.ts");
  const { describeDamage, describeImport, describeInterrupted, importDocument } =
    await import("./describe-import.ts");
  const progress = await createProgress(io, "importing");
  let stored = 0;
  io.atInterrupt?.(() => describeInterrupted(stored));
  const report = await runImport(data.marketData, {
    path,
    series,
    source: options.source,
    indicators: options.indicators,
    keepRaw: options.keepRaw ?? false,
    columns,
    rejectsPath: options.rejects,
    onProgress: (state) => {
      stored = state.rows;
      progress.update(state);
    },
  }).finally(() => progress.stop());

  const { catchUpMarketData, describeCaughtUp } = await import("./catch-up.ts");
  const caughtUp = await catchUpMarketData(database.url);
  const damage = describeDamage(report);
  if (options.json === true) {
    const { backlog, left = null } = caughtUp;
    io.stdout(`${JSON.stringify({ ...importDocument(report), backlog, backlogLeft: left })}\n`);
  } else {
    io.stdout(`${describeImport(report)}${describeCaughtUp(caughtUp)}`);
  }
  if (damage !== undefined) io.stderr(`${damage}\n`);
  if (damage !== undefined) process.exitCode = 1;
  else if (report.refused > 0) process.exitCode = 2;
}
