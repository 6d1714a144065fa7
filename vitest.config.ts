// Which tests run where. `x.test.ts` needs no database; `x.pg.test.ts` runs once per edition that can be had here.
import { defineConfig } from "vitest/config";
import { planTests } from "./packages/local-server/src/vitest/index.ts";

export default defineConfig(async () => {
  const { projects, reporter, sequencer } = await planTests();
  return {
    test: {
      pool: "forks",
      testTimeout: 30_000,
      hookTimeout: 60_000,
      reporters: ["default", reporter],
      sequence: { sequencer },
      projects: [...projects],
    },
  };
});
