import type { Catalogue } from "../catalogue/catalogue.ts";
export interface ExpectedCatalogue {
  /** Hash of the schema package's source text; see schema-source.ts. Null for a declaration without sources. */
  readonly sourceHash: string | null;
  /** See declarationHash. */
  readonly declarationHash: string;
  readonly catalogue: Catalogue;
}
/** Undefined when there is none. @throws MigratorError `catalogue-missing` when it cannot be understood. */
export declare function readExpectedCatalogue(directory: URL): Promise<ExpectedCatalogue | undefined>;
/** Writes the file, one object a line, so that a change of the schema reads as a change of lines. */
export declare function writeExpectedCatalogue(directory: URL, expected: ExpectedCatalogue): Promise<void>;
