import type { CatalogueClass } from "./catalogue.ts";
/**
 * - `missing`: declared, not there
 * - `different`: there, but not as declared
 * - `undeclared`: there, not declared
 */
export type DifferenceKind = "missing" | "different" | "undeclared";
export interface CatalogueDifference {
  readonly kind: DifferenceKind;
  readonly class: CatalogueClass;
  readonly name: string;
  /** One line: what differs. */
  readonly message: string;
  /** One line: the SQL or command that mends it, or whom to ask. */
  readonly mend: string;
}
