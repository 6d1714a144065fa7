// pnpm bench:seed: seeds a database for benchmarks, or says that it is there. What is seeded, and how, stands in ../seeding.
import { type CommandIo, createProgress, formatCompact, formatCount } from "@app/cli/terminal";
import { type Edition } from "@app/local-server/testing";
import { InvalidArgumentError, Option } from "commander";
import { benchCommand, editionOption, seedOption } from "../bench-arguments.ts";
import { openEditionDatabase } from "../seeding/edition-database.ts";
import { openSeededDatabase, type SeededDatabase } from "../seeding/open-seeded-database.ts";
import { seedProfileNames, seedProfiles, type AnySeedProfileName } from "../seeding/seed-profile.ts";
import { SeedRefusal } from "../seeding/seed-refusal.ts";
import { holdServer } from "../servers/hold-server.ts";

interface SeedOptions {
  readonly profile: AnySeedProfileName;
  readonly seed: number;
  readonly edition?: Edition;
  readonly databaseUrl?: string;
  readonly endDay?: Temporal.PlainDate;
  readonly json?: true;
}

interface Target {
  readonly url: string;
  readonly superuserUrl: string;
  readonly about: string;
}

const io: CommandIo = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  isTerminal: process.stdout.isTTY && process.stderr.isTTY,
  columns: process.stdout.isTTY ? process.stdout.columns : undefined,
  env: process.env,
};

function date(text: string): Temporal.PlainDate {
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    throw new InvalidArgumentError("It is a date like 2026-01-31.");
  }
}

async function seedInto(target: Target, options: SeedOptions): Promise<void> {
  const progress = await createProgress(io, options.profile);
  const began = performance.now();
  let seeded: SeededDatabase;
  try {
    seeded = await openSeededDatabase({
      url: target.url,
      superuserUrl: target.superuserUrl,
      profile: options.profile,
      seed: options.seed,
      endDay: options.endDay,
      onProgress: ({ done, total, rows }) => progress.update({ done, total, rows }),
    });
  } finally {
    progress.stop();
  }
  report(seeded, target, options, (performance.now() - began) / 1_000);
}

function report(
  { description, facts, wasReused }: SeededDatabase,
  { about }: Target,
  { json }: SeedOptions,
  seconds: number,
): void {
  if (json === true) {
    io.stdout(`${JSON.stringify({ wasReused, seconds, ...description, facts })}\n`);
    return;
  }
  const rows = Object.entries(description.rowsByTable).filter(([, count]) => count > 0);
  for (const [table, count] of rows) io.stdout(`${formatCount(count).padStart(15)}  ${table}\n`);
  const what = `profile ${description.profile}, seed ${description.seed}, ${facts.firstDay} to ${facts.endDay}`;
  const rate = description.seeding?.barsPerSecond;
  io.stdout(
    wasReused
      ? `Reused: ${about} has ${what} already (${seconds.toFixed(1)} s).\n`
      : `Seeded ${about} with ${what} in ${seconds.toFixed(1)} s${rate === undefined ? "" : `, bars at ${formatCompact(rate)} a second`}.\n`,
  );
}

async function seedOnEdition(edition: Edition, options: SeedOptions): Promise<void> {
  await using hold = await holdServer(edition);
  const database = await openEditionDatabase(hold, edition, options.profile, options.seed);
  const target = { ...database, about: `database ${database.name} on ${hold.version}` };
  try {
    await seedInto(target, options);
  } catch (error) {
    if (!(error instanceof SeedRefusal && (error.code === "too-old" || error.code === "other-seeding")))
      throw error;
    // The database is this command's own, by its name.
    io.stderr(`${error.message} It is made anew.\n`);
    await database.renew();
    await seedInto(target, options);
  }
  if (!hold.stays) {
    io.stderr(
      "The server was started for this command and ends with it; name one by TEST_TIMESCALE_URL or --database-url to keep what is seeded.\n",
    );
  }
}

const program = benchCommand(
  "pnpm bench:seed",
  "Seeds a database with made-up data for benchmarks; the same seed and end date make the same rows. Killed and called again it goes on.",
  "0 seeded or there already, 1 failure",
)
  .addOption(
    new Option("--profile <name>", "how much").choices([...seedProfileNames, "trial"]).default("small"),
  )
  .addOption(seedOption())
  .addOption(
    new Option(
      "--database-url <url>",
      "an empty database, which is for benchmarks from then on (jobs of TimescaleDB are put off for 30 days), or one seeded before; the role may switch triggers off",
    ).conflicts("edition"),
  )
  .addOption(editionOption())
  .option(
    "--end-day <date>",
    "first day without rows, where nothing is seeded yet (without it: today, UTC)",
    date,
  )
  .option("--json", "print one JSON document, with what a benchmark must know of the rows")
  .addHelpText(
    "after",
    `\nProfiles:\n${seedProfileNames.map((name) => `  ${name.padEnd(7)} ${seedProfiles[name].about}`).join("\n")}

Without --database-url: a database of its own on a server of the edition, which is postgres unless given.`,
  )
  .action(async (options: SeedOptions) => {
    const { databaseUrl } = options;
    if (databaseUrl === undefined) await seedOnEdition(options.edition ?? "postgres", options);
    else await seedInto({ url: databaseUrl, superuserUrl: databaseUrl, about: "the database" }, options);
  });

try {
  await program.parseAsync();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof SeedRefusal ? error.code : error instanceof Error ? error.name : "Error";
  if (process.argv.includes("--json")) io.stdout(`${JSON.stringify({ error: { code, message } })}\n`);
  io.stderr(`${message}\n`);
  process.exitCode = 1;
}
