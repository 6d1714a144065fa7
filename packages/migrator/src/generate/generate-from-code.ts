// `generate` for the declaration of @app/schema, into its own migrations folder.

import type { GenerateOptions, GenerateResult } from "./generate.ts";
import { generate } from "./generate.ts";
import { loadTimeSeries, schemaSourceHash } from "../declared/schema-source.ts";

export type GenerateFromCodeOptions = Omit<
  GenerateOptions,
  "migrations" | "schema" | "repeatables" | "timeSeries"
>;

/** Generates what the code of @app/schema declares. @throws MigratorError */
export async function generateFromCode(options: GenerateFromCodeOptions): Promise<GenerateResult> {
  const { migrationsDirectory, repeatableObjects, schema } = await import("@app/schema");
  return generate({
    ...options,
    migrations: migrationsDirectory,
    schema,
    repeatables: repeatableObjects,
    timeSeries: { sourceHash: schemaSourceHash(), timeSeries: await loadTimeSeries() },
  });
}
