import type { CatalogueObject, CatalogueValue } from "../catalogue.ts";
/** The command that makes functions, triggers and views again. */
export declare const reapply = "pnpm migrate --reapply";
export declare function text(value: CatalogueValue | undefined): string;
export declare function list(value: CatalogueValue | undefined): readonly string[];
export declare function labels(object: CatalogueObject): readonly string[];
export declare function changed(expected: CatalogueObject, live: CatalogueObject, property: string): boolean;
export declare function onlyDiffers(
  expected: CatalogueObject,
  live: CatalogueObject,
  property: string,
): boolean;
export declare function tableOf(object: CatalogueObject): string;
export declare function partOf(object: CatalogueObject): string;
export declare function literal(value: string): string;
export declare function columnDefinition(column: CatalogueObject): string;
export declare function createIndex(object: CatalogueObject): string;
