import type { CatalogueObject } from "../catalogue.ts";
/** SQL or a command. */
export declare function mendDifferent(object: CatalogueObject, live: CatalogueObject): string;
