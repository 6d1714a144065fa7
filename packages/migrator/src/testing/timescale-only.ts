// Leaves a test to the editions that have hypertables.
import { inject, type TestContext } from "vitest";

/** For `beforeEach`: skips the test where there is no TimescaleDB, and says why. */
export function onTimescaleOnly(context: TestContext): void {
  context.skip(
    inject("testServer")?.edition === "postgres",
    "it is about hypertables; it runs on timescale and timescale-apache, postgres has none",
  );
}
