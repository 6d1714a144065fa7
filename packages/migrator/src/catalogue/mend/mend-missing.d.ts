import type { Catalogue, CatalogueObject } from "../catalogue.ts";
/** SQL or a command. */
export declare function mendMissing(object: CatalogueObject, expected: Catalogue): string;
