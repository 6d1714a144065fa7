// Conditions that every catalogue query shares, so that no reader can forget one: the schema, and what to leave out.

/** True for objects that belong to an extension. */
export function ofExtension(catalog: string, oid: string): string {
  return `EXISTS (SELECT FROM pg_catalog.pg_depend dep WHERE dep.classid = '${catalog}'::regclass AND dep.objid = ${oid} AND dep.deptype = 'e')`;
}

/** True for relations of schema public that are the application's: not the ledger's, not an extension's. */
export function ownRelation(alias: string): string {
  return `${alias}.relnamespace = 'public'::regnamespace AND ${alias}.relname <> 'schema_migrations' AND NOT ${ofExtension("pg_class", `${alias}.oid`)}`;
}
