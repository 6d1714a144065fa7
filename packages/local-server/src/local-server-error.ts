// The one error this package throws on purpose: a sentence that names the thing and says what to do.
// It never carries a password.

/** What kind of obstacle stood in the way; lets a caller decide without reading the sentence. */
export type LocalServerObstacle =
  | "unsupported-platform"
  | "binaries-missing"
  | "not-writable"
  | "foreign-data"
  | "privileges"
  | "credentials-unreadable"
  | "start-failed"
  | "in-use-elsewhere"
  | "not-running"
  | "unresponsive";

/** Raised when the local server cannot be had. `message` is fit to be shown to a person as it is. */
export class LocalServerError extends Error {
  override readonly name = "LocalServerError";
  readonly code: LocalServerObstacle;

  constructor(code: LocalServerObstacle, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The system's error code (`ENOENT`, `EACCES`, ...) of an unknown thrown value, if it has one. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
