// One way in which the live database differs from what the code declares.

import type { CatalogueClass } from "./catalogue.ts";

/**
 * In what way an object is not as declared.
 * - `missing`: declared, not there
 * - `different`: there, but not as declared
 * - `undeclared`: there, not declared
 */
export type DifferenceKind = "missing" | "different" | "undeclared";

/** What a server with TimescaleDB holds besides. */
export type TimeSeriesClass = "hypertable" | "continuous_aggregate" | "job";

/** One way in which the live database differs from what the code declares. */
export interface CatalogueDifference {
  readonly kind: DifferenceKind;
  readonly class: CatalogueClass | TimeSeriesClass;
  /** Unique within its class, as in the catalogue; for a job its id. */
  readonly name: string;
  /** One line: what differs. */
  readonly message: string;
  /** One line: the SQL or command that mends it, or whom to ask. */
  readonly mend: string;
}
