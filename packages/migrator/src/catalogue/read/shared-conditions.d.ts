/** True for objects that belong to an extension. */
export declare function ofExtension(catalog: string, oid: string): string;
/** True for relations of schema public that are the application's: not the ledger's, not an extension's. */
export declare function ownRelation(alias: string): string;
