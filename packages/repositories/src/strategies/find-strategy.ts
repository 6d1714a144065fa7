// Looks for strategies: by id, by name, and in pages.
import { NotFoundError, type Queryable } from "@app/database";
import { strategyStatuses as allStatuses, type StrategyStatus } from "@app/schema/vocabulary";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { choice } from "../input/choice-field.ts";
import { type JsonObject, jsonObject } from "../input/json-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import { code } from "../input/text-field.ts";
import { decodeCursor, encodeCursor } from "../paging/cursor.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../paging/key-cursor.ts";
import { givenCursor, type Page, pageFields, type PageOptions, readPage } from "../paging/page.ts";
import { streamPages } from "../paging/stream-pages.ts";
import { catalogued, type QueryValues } from "../statements/catalogued-statement.ts";
import type { Strategy } from "./strategy.ts";

/** @returns the strategy, or undefined where there is none */
export async function findStrategy(scope: Queryable, id: string): Promise<Strategy | undefined> {
  const { rows } = await scope.query<Strategy>(catalogued("strategies.get", { id: timeOrderedId("id", id) }));
  return rows[0];
}

/** @returns the strategy of exactly that name, or undefined */
export async function findStrategyByName(scope: Queryable, name: string): Promise<Strategy | undefined> {
  const { rows } = await scope.query<Strategy>(
    catalogued("strategies.get_by_name", { name: code("name", name, 200) }),
  );
  return rows[0];
}

/** The strategy, or the error that there is none. */
export function requiredStrategy<Found>(found: Found | undefined, name: string): Found {
  if (found !== undefined) return found;
  throw new NotFoundError(`There is no strategy ${name}.`, { table: "strategies" });
}

/** Which strategies: at most one of kind, symbol, tag and configuration, and any states. */
export interface StrategyFilter {
  /** One state, or several. @defaultValue all */
  readonly status?: StrategyStatus | readonly StrategyStatus[] | undefined;
  readonly kind?: string | undefined;
  readonly symbol?: string | undefined;
  readonly tag?: string | undefined;
  /** Contained in the configuration: `{risk: {mode: "low"}}` finds all whose `risk.mode` is "low". */
  readonly configuration?: JsonObject | undefined;
}

const filterFields: FieldNames<StrategyFilter> = {
  status: true,
  kind: true,
  symbol: true,
  tag: true,
  configuration: true,
};

/** Which page of them. */
export interface StrategyListOptions extends StrategyFilter, PageOptions {}

type ListQuery =
  | "strategies.list_page"
  | "strategies.list_by_kind"
  | "strategies.find_by_symbol"
  | "strategies.find_by_tag"
  | "strategies.find_by_configuration";

function selection(filter: StrategyFilter): { readonly query: ListQuery; readonly values: QueryValues } {
  const { kind, symbol, tag, configuration } = filter;
  const given = Object.entries({ kind, symbol, tag, configuration }).filter(
    ([, value]) => value !== undefined,
  );
  const [first, second] = given;
  if (second !== undefined) {
    throw refusalBecause(second[0], `it cannot be combined with ${first?.[0]}; give one of the two.`);
  }
  if (kind !== undefined)
    return { query: "strategies.list_by_kind", values: { kind: code("kind", kind, 100) } };
  if (symbol !== undefined) {
    return { query: "strategies.find_by_symbol", values: { symbol: code("symbol", symbol, 100) } };
  }
  if (tag !== undefined) return { query: "strategies.find_by_tag", values: { tag: code("tag", tag, 100) } };
  if (configuration !== undefined) {
    const context = jsonObject("configuration", configuration);
    return { query: "strategies.find_by_configuration", values: { context } };
  }
  return { query: "strategies.list_page", values: {} };
}

function states(status: StrategyFilter["status"]): readonly StrategyStatus[] {
  if (status === undefined) return allStatuses;
  if (typeof status === "string") return [choice("status", status, allStatuses)];
  if (!Array.isArray(status)) throw refusal("status", status, "a state or an array of states");
  return status.map((one, place) => choice(`status[${place}]`, one, allStatuses));
}

/**
 * One page of strategies, newest first.
 * @throws {InvalidInputError} naming the field
 */
export async function listStrategies(
  scope: Queryable,
  options: StrategyListOptions = {},
): Promise<Page<Strategy>> {
  const cursor = givenCursor(options, { ...filterFields, ...pageFields });
  const { query, values } = selection(options);
  const strategyStatuses = states(options.status);
  const list = { name: query, of: { ...values, strategyStatuses } };
  const { time: cursorTime, id: cursorId } = decodeCursor(list, cursor);
  return readPage(
    options,
    async (limit) =>
      (
        await scope.query<Strategy>(
          catalogued(query, { ...values, strategyStatuses, cursorTime, cursorId, limit }),
        )
      ).rows,
    ({ createdAt, id }) => encodeCursor(list, { time: createdAt, id }),
  );
}

/** Every strategy of a filter, newest first, in bounded memory. Those made meanwhile are not seen. */
export function streamStrategies(scope: Queryable, filter: StrategyFilter = {}): AsyncIterable<Strategy> {
  return streamPages((page) =>
    listStrategies(scope, { ...knownOptions("filter", filter, filterFields), ...page }),
  );
}

const ACTIVE = "strategies.list_active";

/** One page of the strategies that run, by name. @throws {InvalidInputError} naming the field */
export async function listActiveStrategies(
  scope: Queryable,
  options: PageOptions = {},
): Promise<Page<Strategy>> {
  const list = { name: ACTIVE, of: {} };
  const { name } = decodeKeyCursor(list, givenCursor(options, pageFields), ["name"]);
  return readPage(
    options,
    async (limit) => (await scope.query<Strategy>(catalogued(ACTIVE, { name, limit }))).rows,
    (last) => encodeKeyCursor(list, { name: last.name }),
  );
}
