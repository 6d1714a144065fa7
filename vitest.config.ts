// Which tests run where. `x.test.ts` needs no database; `x.pg.test.ts` runs once per edition that can be had here.
import { defineConfig } from "vitest/config";
import { editionProject, EditionsReporter, unitProject } from "./packages/local-server/src/vitest/index.ts";

export default defineConfig({
  test: {
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ["default", new EditionsReporter()],
    projects: [unitProject(), editionProject("postgres")],
  },
});
