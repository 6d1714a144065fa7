// Why a database is not seeded: one sentence that says what it holds and what to do.

/** What stands in the way. */
export type SeedObstacle = "other-data" | "other-seeding" | "too-old" | "no-rights" | "busy" | "not-seeded";

/** A database that cannot be seeded, or not as asked for. */
export class SeedRefusal extends Error {
  override readonly name = "SeedRefusal";
  readonly code: SeedObstacle;

  constructor(code: SeedObstacle, message: string) {
    super(message);
    this.code = code;
  }
}
