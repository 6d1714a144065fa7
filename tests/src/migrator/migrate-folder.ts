// Applies the migrations of a folder as a process of its own, for tests that start many or kill one.
// usage: migrate-folder.ts <file URL of the folder>, DATABASE_URL set; prints the names of the steps it took, as JSON.
import { enableCompileCache } from "node:module";

// Before the first module is loaded: with it a start takes two thirds of the processor's time.
enableCompileCache();
const { parseConnection } = await import("@app/database");
const { createMigrator } = await import("@app/migrator");

const [folder = ""] = process.argv.slice(2);
const { steps } = await createMigrator({
  connection: parseConnection(process.env["DATABASE_URL"]),
  declared: { migrations: new URL(folder), repeatables: [] },
}).apply();
process.stdout.write(`${JSON.stringify(steps.map(({ name }) => name))}\n`);
