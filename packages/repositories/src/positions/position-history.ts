// The fills of one position, in the order they were accounted: how it came to be what it is.
import type { Queryable } from "@app/database";
import { flag } from "../input/choice-field.ts";
import { MOST_ROWS, pageLimit } from "../input/number-field.ts";
import { decodeCursor, encodeCursor, type Page } from "../paging/cursor.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { firstRows, LOWEST_ID } from "../paging/forward-window.ts";
import type { Trade } from "../trades/trade.ts";
import { findPosition } from "./find-position.ts";
import { checkPositionKey, type PositionKey } from "./position-key.ts";

/** Which part of a position's history. */
export interface PositionHistoryPage {
  /** `next` of the page before. @defaultValue the first fill */
  readonly cursor?: string | undefined;
  /** 1 to 1,000. @defaultValue 100 */
  readonly limit?: number | undefined;
  /** Whether fills the venue took back are listed too. @defaultValue false */
  readonly includeBusted?: boolean | undefined;
}

const LIST = "positions.history";

/**
 * One page of a position's fills, oldest first; empty where nothing was ever traded.
 * @throws {InvalidInputError} naming the field
 */
export async function listPositionHistory(
  database: Queryable,
  position: PositionKey,
  { cursor, limit, includeBusted = false }: PositionHistoryPage = {},
): Promise<Page<Trade>> {
  const key = checkPositionKey(position);
  const wanted = pageLimit(limit);
  const busted = flag("includeBusted", includeBusted);
  const behind = cursor === undefined ? undefined : decodeCursor(LIST, cursor);
  const found = await findPosition(database, key);
  if (found === undefined || found.firstFillAt === null || found.lastFillAt === null) {
    return { items: [], next: undefined };
  }
  const fills = await firstRows<Trade>(
    async (after, to, most) => {
      const place = { from: after.time, cursorId: after.id, to, limit: most, includeBusted: busted };
      return (await database.query<Trade>(catalogued("trades.position_history", { ...key, ...place }))).rows;
    },
    {
      after: behind ?? { time: found.firstFillAt, id: LOWEST_ID },
      until: found.lastFillAt.add({ microseconds: 1 }),
      limit: wanted,
    },
  );
  const last = fills.at(-1);
  const next =
    last === undefined || fills.length < wanted
      ? undefined
      : encodeCursor(LIST, { time: last.executedAt, id: last.id });
  return { items: fills, next };
}

/** Every fill of a position, oldest first, in bounded memory. */
export async function* streamPositionHistory(
  database: Queryable,
  position: PositionKey,
  options: Pick<PositionHistoryPage, "includeBusted"> = {},
): AsyncGenerator<Trade, void, undefined> {
  let cursor: string | undefined;
  do {
    const page: Page<Trade> = await listPositionHistory(database, position, {
      ...options,
      cursor,
      limit: MOST_ROWS,
    });
    yield* page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}
