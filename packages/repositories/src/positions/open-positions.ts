// Open positions, a page at a time, in order of their key: of an account, a strategy, or an instrument.
// Invariant: a position that stays open while pages are read is on exactly one of them.
import type { Queryable } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { pageLimit } from "../input/number-field.ts";
import { refusalBecause } from "../input/refuse.ts";
import { namedCode } from "../input/text-field.ts";
import type { Page } from "../paging/cursor.ts";
import { catalogued, type QueryValues } from "../statements/catalogued-statement.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../paging/key-cursor.ts";
import type { Position } from "./position.ts";

/** Whose open positions. */
export type OpenPositionScope =
  | { readonly account: string }
  | { readonly strategyId: string }
  | { readonly exchange: string; readonly symbol: string };

/** Which page of them. */
export interface OpenPositionPage {
  /** `next` of the page before. @defaultValue the beginning */
  readonly cursor?: string | undefined;
  /** 1 to 1,000. @defaultValue 100 */
  readonly limit?: number | undefined;
}

/** A list by one kind of scope: its query, its values, and the columns its order is made of. */
interface OpenList {
  readonly kind: "account" | "strategy" | "symbol";
  readonly values: QueryValues;
  readonly order: readonly (keyof Position & ("account" | "exchange" | "symbol" | "id"))[];
}

function listOf(scope: OpenPositionScope): OpenList {
  const given = ["account", "strategyId", "exchange"].filter(
    (word) => Reflect.get(scope, word) !== undefined,
  );
  if (given.length !== 1) {
    throw refusalBecause(
      "scope",
      `name one of account, strategyId, exchange with symbol; given: ${given.join(", ") || "none"}.`,
    );
  }
  if ("account" in scope && scope.account !== undefined) {
    return {
      kind: "account",
      values: { account: namedCode("account", scope.account) },
      order: ["exchange", "symbol", "id"],
    };
  }
  if ("strategyId" in scope && scope.strategyId !== undefined) {
    return {
      kind: "strategy",
      values: { strategyId: timeOrderedId("strategyId", scope.strategyId) },
      order: ["account", "exchange", "symbol"],
    };
  }
  const exchange: unknown = Reflect.get(scope, "exchange");
  const symbol: unknown = Reflect.get(scope, "symbol");
  return {
    kind: "symbol",
    values: { exchange: namedCode("exchange", exchange), symbol: namedCode("symbol", symbol) },
    order: ["id"],
  };
}

const parameterOf = { account: "cursorAccount", exchange: "cursorExchange", symbol: "cursorSymbol" } as const;

/** @throws {InvalidInputError} naming the field */
export async function listOpenPositions(
  database: Queryable,
  scope: OpenPositionScope,
  { cursor, limit }: OpenPositionPage = {},
): Promise<Page<Position>> {
  if (typeof scope !== "object" || scope === null) throw refusalBecause("scope", "it is no object.");
  const { kind, values, order } = listOf(scope);
  const wanted = pageLimit(limit);
  const list = `positions.open.${kind}`;
  const after = decodeKeyCursor(list, cursor, order);
  const place = Object.fromEntries(
    order.map((column) => [
      column === "id" ? (kind === "symbol" ? "id" : "cursorId") : parameterOf[column],
      after[column],
    ]),
  );
  const { rows } = await database.query<Position>(
    catalogued(`positions.list_open_by_${kind}`, { ...values, ...place, limit: wanted }),
  );
  const last = rows.at(-1);
  const next =
    rows.length < wanted || last === undefined
      ? undefined
      : encodeKeyCursor(list, Object.fromEntries(order.map((column) => [column, last[column]])));
  return { items: rows, next };
}
