// Applies the migrations of a folder as a process of its own, for tests that start many or kill one.
// usage: migrate-folder.ts <file URL of the folder>, DATABASE_URL set; prints the names of the steps it took, as JSON.
import { parseConnection } from "@app/database";
import { createMigrator } from "@app/migrator";

const [folder = ""] = process.argv.slice(2);
const { steps } = await createMigrator({
  connection: parseConnection(process.env["DATABASE_URL"]),
  declared: { migrations: new URL(folder), repeatables: [] },
}).apply();
process.stdout.write(`${JSON.stringify(steps.map(({ name }) => name))}\n`);
