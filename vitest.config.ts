// Which tests run where. `x.test.ts` needs no database; `x.pg.test.ts` runs once per edition that can be had here.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { planTests } from "./packages/local-server/src/vitest/index.ts";

export default defineConfig(async () => {
  const { projects, reporter, sequencer } = await planTests();
  return {
    test: {
      pool: "forks",
      // Database tests mostly wait for the server: one process less than there are cores would leave a small machine idle.
      maxWorkers: Math.max(2, availableParallelism() - 1),
      // Generous: a machine may be busy with other work, and what is slow is measured by the benchmarks.
      testTimeout: 120_000,
      hookTimeout: 240_000,
      reporters: ["default", reporter],
      sequence: { sequencer },
      projects: [...projects],
    },
  };
});
