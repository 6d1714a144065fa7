// Leaves a test that starts hundreds of processes to one edition: what it proves does not depend on the edition.
import { inject, type TestContext } from "vitest";

/** Skips the running test on the other editions, and says why. */
export function onPostgresOnly(context: TestContext): void {
  const edition = inject("testServer")?.edition;
  context.skip(
    edition !== undefined && edition !== "postgres",
    `it starts many processes and proves the same on every edition; it runs on postgres, not again on ${edition ?? ""}`,
  );
}
