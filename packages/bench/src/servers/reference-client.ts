// What the repositories are measured against: node-postgres (pg) as its users use it, one client, a named prepared statement,
// row objects, pg's own type parsers. The session is set up as ours is, but for plan_cache_mode and constraint_exclusion: the
// reference leaves both to the server, or sets both as ours do where TimescaleDB is.
import type { CataloguedQuery, QueryParameter } from "@app/schema/queries";
import { queryCatalogue } from "@app/schema/queries";
import { Client } from "pg";

/** How the reference plans. */
export type Planning = "default" | "every execution";

/** A client of node-postgres. */
export interface ReferenceClient extends AsyncDisposable {
  readonly name: string;
  /** Runs a prepared statement. @returns its row objects */
  query(name: string, text: string, values: readonly unknown[]): Promise<readonly unknown[]>;
  /** Runs a catalogued query: the same text, rows and columns as a repository's. */
  catalogued(name: string, values: Partial<Record<QueryParameter, unknown>>): Promise<readonly unknown[]>;
}

/** Session parameters as ours are, but for plan_cache_mode and constraint_exclusion; pg sends them with the login. */
export const SESSION =
  "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601 -c extra_float_digits=1 -c bytea_output=hex -c jit=off -c work_mem=32MB " +
  "-c statement_timeout=30000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000";

/** @returns a connected client */
export async function openReference(url: string, planning: Planning = "default"): Promise<ReferenceClient> {
  const options =
    planning === "default"
      ? SESSION
      : `${SESSION} -c plan_cache_mode=force_custom_plan -c constraint_exclusion=off`;
  const client = new Client({ connectionString: url, options });
  await client.connect();
  const query = async (
    name: string,
    text: string,
    values: readonly unknown[],
  ): Promise<readonly unknown[]> => {
    const { rows } = await client.query<Record<string, unknown>>({ name, text, values: [...values] });
    return rows;
  };
  return {
    name: planning === "default" ? "pg" : "pg, planning every execution",
    query,
    async catalogued(name, values) {
      const { sql, parameters } = catalogueEntry(name);
      return await query(
        name,
        sql,
        parameters.map((parameter) => values[parameter]),
      );
    },
    async [Symbol.asyncDispose]() {
      await client.end();
    },
  };
}

/** @throws RangeError where there is no such query */
export function catalogueEntry(name: string): CataloguedQuery {
  const found = queryCatalogue.find((query) => query.name === name);
  if (found === undefined) throw new RangeError(`There is no catalogued query ${name}.`);
  return found;
}
