// What `pnpm db:generate` reads: where the tables are declared and where their migrations go.
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./src/tables/index.ts",
  out: "./migrations",
});
