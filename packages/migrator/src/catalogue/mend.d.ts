import type { Catalogue, CatalogueObject } from "./catalogue.ts";
/** For an object that is declared and missing. One line. */
export declare function mendOfMissing(object: CatalogueObject, expected: Catalogue): string;
/** For an object that is not as declared. One line. */
export declare function mendOfDifferent(object: CatalogueObject, live: CatalogueObject): string;
/** For an object nobody declared. One line. */
export declare function mendOfUndeclared(object: CatalogueObject): string;
