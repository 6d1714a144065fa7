// Leaves a test to one edition: what it proves, files and locks and refusals, does not depend on the edition.
import { inject, type TestContext } from "vitest";

/** For `beforeEach`: skips the test on the other editions, and says why. */
export function onPostgresOnly(context: TestContext): void {
  const edition = inject("testServer")?.edition;
  context.skip(
    edition !== undefined && edition !== "postgres",
    `it proves the same on every edition; it runs on postgres, not again on ${edition ?? ""}`,
  );
}
