// Open positions, a page at a time, in order of their key: of an account, a strategy, or an instrument.
// Invariant: a position that stays open while pages are read is on exactly one of them.
import type { Queryable } from "@app/database";
import { ownerField, type Owner, type OwnerKind } from "../input/owner-field.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../paging/key-cursor.ts";
import { givenCursor, type Page, pageFields, type PageOptions, readPage } from "../paging/page.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Position } from "./position.ts";

type KeyColumn = keyof Position & ("account" | "exchange" | "symbol" | "id");

/** The columns a list's order is made of, and the parameters that hold where a page begins. */
const ORDER: Readonly<Record<OwnerKind, readonly (readonly [KeyColumn, string])[]>> = {
  account: [
    ["exchange", "cursorExchange"],
    ["symbol", "cursorSymbol"],
    ["id", "cursorId"],
  ],
  strategy: [
    ["account", "cursorAccount"],
    ["exchange", "cursorExchange"],
    ["symbol", "cursorSymbol"],
  ],
  symbol: [["id", "id"]],
};

/** @throws {InvalidInputError} naming the field */
export async function listOpenPositions(
  database: Queryable,
  owner: Owner,
  options: PageOptions = {},
): Promise<Page<Position>> {
  const { by, values } = ownerField(owner);
  const query = `positions.list_open_by_${by}` as const;
  const list = { name: query, of: { ...values } };
  const order = ORDER[by];
  const after = decodeKeyCursor(
    list,
    givenCursor(options, pageFields),
    order.map(([column]) => column),
  );
  const place = Object.fromEntries(order.map(([column, parameter]) => [parameter, after[column]]));
  return readPage(
    options,
    async (limit) => (await database.query<Position>(catalogued(query, { ...values, ...place, limit }))).rows,
    (last) => encodeKeyCursor(list, Object.fromEntries(order.map(([column]) => [column, last[column]]))),
  );
}
