// The declaration of @app/schema, loaded without loading its code where that is safe: importing the tables costs about
// 0.4 s, a run with nothing to do about a tenth of that. `pnpm db:generate` leaves the repeatable objects and a hash of the
// source text they were made of; as long as the source still has that hash, the file is what the code would say.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import type { RepeatableObject, TimeSeriesDeclaration } from "@app/schema";

import { MigratorError } from "../errors.ts";
import { readMigrationFolder } from "../files/migration-folder.ts";
import { normaliseText } from "../files/sql-text.ts";
import type { DeclaredSchema } from "./declared-schema.ts";
import { readExpectedCatalogue } from "./expected-catalogue.ts";
import { readFrozenRepeatables } from "./frozen-repeatables.ts";

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
export async function loadDeclaredSchema(): Promise<DeclaredSchema> {
  const migrations = pathToFileURL(join(sourceDirectory(), "..", "migrations/"));
  return {
    migrations,
    repeatables: (await frozenIfCurrent(migrations)) ?? (await loadFromCode()).repeatables,
    timeSeries: loadTimeSeries,
  };
}

/** The declaration as the code states it now. */
export async function loadFromCode(): Promise<DeclaredSchema> {
  const { migrationsDirectory, repeatableObjects } = await import("@app/schema");
  return { migrations: migrationsDirectory, repeatables: repeatableObjects, timeSeries: loadTimeSeries };
}

/** The time-series declaration of the code. */
async function loadTimeSeries(): Promise<TimeSeriesDeclaration> {
  return (await import("@app/schema")).timeSeries;
}

async function frozenIfCurrent(migrations: URL): Promise<readonly RepeatableObject[] | undefined> {
  try {
    const expected = await readExpectedCatalogue(migrations);
    if (expected?.sourceHash !== schemaSourceHash()) {
      return undefined;
    }
    const newest = (await readMigrationFolder(migrations)).migrations.at(-1);
    return newest === undefined ? undefined : await readFrozenRepeatables(migrations, newest.name);
  } catch (error) {
    if (error instanceof MigratorError) {
      // A damaged file is reported where it is needed; the code itself still says what is declared.
      return undefined;
    }
    throw error;
  }
}
