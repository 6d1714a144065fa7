import type { Catalogue } from "./catalogue.ts";
import type { CatalogueDifference } from "./difference.ts";
/** All differences, in the catalogue's order; empty when the database is as declared. */
export declare function compareCatalogues(
  expected: Catalogue,
  live: Catalogue,
): readonly CatalogueDifference[];
