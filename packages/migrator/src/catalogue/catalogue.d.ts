/** Classes of object, in the order in which a database can be built of them. */
export declare const catalogueClasses: readonly [
  "enum",
  "domain",
  "range",
  "composite_type",
  "table",
  "column",
  "sequence",
  "function",
  "aggregate",
  "constraint",
  "index",
  "statistics",
  "view",
  "materialized_view",
  "rule",
  "trigger",
  "policy",
  "other",
];
export type CatalogueClass = (typeof catalogueClasses)[number];
export type CatalogueValue = string | number | boolean | readonly string[];
export interface CatalogueObject {
  readonly class: CatalogueClass;
  /** Unique within its class: `market_data.open`, `refuse_update()`. */
  readonly name: string;
  /** Properties that have a value; keys sorted. */
  readonly definition: Readonly<Record<string, CatalogueValue>>;
}
export interface Catalogue {
  readonly objects: readonly CatalogueObject[];
  /** sha256 over the objects. Equal fingerprints mean equal schemas. */
  readonly fingerprint: string;
}
/** Brings objects into the one order and form that is hashed. */
export declare function createCatalogue(objects: readonly CatalogueObject[]): Catalogue;
