// Turns a catalogued query and its named values into a statement. The text, its name on the server and the indexes that
// answer it are the catalogue's (@app/schema/queries), whose plans are checked on real servers.
import { type Statement, UsageError } from "@app/database";
import {
  type CataloguedQuery,
  keptPlans,
  queryCatalogue,
  type QueryName,
  type QueryParameter,
} from "@app/schema/queries";

const byName: ReadonlyMap<string, CataloguedQuery> = new Map(
  queryCatalogue.map((query) => [query.name, query]),
);

/** Values of a query's parameters, by name. */
export type QueryValues = Readonly<Partial<Record<QueryParameter, unknown>>>;

/**
 * The statement of a catalogued query; all of them only read, so they may be sent again when a connection was lost.
 * @throws {UsageError} where a parameter of the query has no value
 */
export function catalogued(name: QueryName, values: QueryValues): Statement {
  const query = byName.get(name);
  if (query === undefined) throw new UsageError(`There is no catalogued query ${name}.`);
  return {
    name,
    text: query.sql,
    isIdempotent: true,
    isPlannedEachTime: !keptPlans.has(name),
    values: query.parameters.map((parameter) => {
      const value = values[parameter];
      if (value === undefined) throw new UsageError(`Query ${name} was given no ${parameter}.`);
      return value;
    }),
  };
}
