import type { CatalogueObject } from "../catalogue.ts";
/** SQL, and the other way out. */
export declare function mendUndeclared(object: CatalogueObject): string;
