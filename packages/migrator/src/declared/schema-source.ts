// The declaration of @app/schema, loaded without loading its code where that is safe: importing the tables costs more
// than all else of a run with nothing to do. `pnpm db:generate` leaves the repeatable objects, the time series and a hash of the
// source text they were made of; as long as the source still has that hash, the file is what the code would say.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import type { TimeSeriesDeclaration, TimeSeriesProblem } from "@app/schema";

import { MigratorError } from "../errors.ts";
import { readJournal } from "../files/journal.ts";
import { normaliseText } from "../files/sql-text.ts";
import type { DeclaredSchema } from "./declared-schema.ts";
import { readFrozenTimeSeries } from "./frozen-time-series.ts";
import { readFrozenRepeatables } from "./frozen-repeatables.ts";

type LoadedSchema = Required<DeclaredSchema>;

function sourceDirectory(): string {
  return join(createRequire(import.meta.url).resolve("@app/schema"), "..");
}

/** Hash over the schema package's source files, tests left out; line endings do not count. */
export function schemaSourceHash(): string {
  const directory = sourceDirectory();
  const hash = createHash("sha256");
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .toSorted((a, b) => (a < b ? -1 : 1));
  for (const name of names) {
    hash.update(`${name}\0${normaliseText(readFileSync(join(directory, name), "utf8"))}\0`);
  }
  return hash.digest("hex");
}

/** The declaration of the code, from the files left by `pnpm db:generate` when they are current, else from the code. */
export async function loadDeclaredSchema(): Promise<LoadedSchema> {
  const migrations = pathToFileURL(join(sourceDirectory(), "..", "migrations/"));
  return (await frozenIfCurrent(migrations)) ?? (await loadFromCode());
}

/** The declaration as the code states it now. */
export async function loadFromCode(): Promise<LoadedSchema> {
  const { migrationsDirectory, repeatableObjects } = await import("@app/schema");
  return { migrations: migrationsDirectory, repeatables: repeatableObjects, timeSeries: loadTimeSeries };
}

/** The time-series declaration of the code. @throws MigratorError `declaration-invalid` when it cannot work. */
export async function loadTimeSeries(): Promise<TimeSeriesDeclaration> {
  const { lintTimeSeries, schema, timeSeries } = await import("@app/schema");
  requireSound(lintTimeSeries(timeSeries, Object.values(schema)));
  return timeSeries;
}

/** @throws MigratorError `declaration-invalid` naming every problem. */
export function requireSound(problems: readonly TimeSeriesProblem[]): void {
  if (problems.length === 0) return;
  const all = problems.map(({ name, message }) => `${name} ${message}`).join("; ");
  throw new MigratorError(
    "declaration-invalid",
    `The time series that @app/schema declares cannot work: ${all}. Nothing was changed.`,
  );
}

/** The time-series declaration, from the files or the code like the rest. */
export async function loadDeclaredTimeSeries(): Promise<TimeSeriesDeclaration> {
  return (await loadDeclaredSchema()).timeSeries();
}

async function frozenIfCurrent(migrations: URL): Promise<LoadedSchema | undefined> {
  try {
    const frozen = await readFrozenTimeSeries(migrations);
    const newest = (await readJournal(migrations))?.entries.at(-1);
    if (frozen === undefined || newest === undefined || frozen.sourceHash !== schemaSourceHash()) {
      return undefined;
    }
    const { timeSeries } = frozen;
    const repeatables = await readFrozenRepeatables(migrations, newest.tag);
    return { migrations, repeatables, timeSeries: () => Promise.resolve(timeSeries) };
  } catch (error) {
    if (error instanceof MigratorError || error instanceof SyntaxError) {
      // A damaged file is reported where it is needed; the code itself still says what is declared.
      return undefined;
    }
    throw error;
  }
}
