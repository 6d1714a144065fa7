// The fills of one position, in the order they were accounted: how it came to be what it is.
import type { Queryable } from "@app/database";
import { flag } from "../input/choice-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { decodeCursor, encodeCursor, LOWEST_ID } from "../paging/cursor.ts";
import { firstRows } from "../paging/forward-window.ts";
import { givenCursor, type Page, pageFields, type PageOptions, readPage } from "../paging/page.ts";
import { streamPages } from "../paging/stream-pages.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Trade } from "../trades/trade.ts";
import { findPosition } from "./find-position.ts";
import { checkPositionKey, type PositionKey } from "./position-key.ts";

/** Which fills of a position. */
export interface PositionFillFilter {
  /** Whether fills the venue took back are listed too. @defaultValue false */
  readonly includeBusted?: boolean | undefined;
}

/** Which page of them. */
export interface PositionFillListOptions extends PositionFillFilter, PageOptions {}

const filterFields: FieldNames<PositionFillFilter> = { includeBusted: true };

const LIST = "positions.history";

/**
 * One page of a position's fills, oldest first; empty where nothing was ever traded.
 * @throws {InvalidInputError} naming the field
 */
export async function listPositionHistory(
  database: Queryable,
  position: PositionKey,
  options: PositionFillListOptions = {},
): Promise<Page<Trade>> {
  const key = checkPositionKey(position);
  const cursor = givenCursor(options, { ...filterFields, ...pageFields });
  const includeBusted = flag("includeBusted", options.includeBusted ?? false);
  const list = { name: LIST, of: { ...key, includeBusted } };
  const behind = cursor === undefined ? undefined : decodeCursor(list, cursor);
  return readPage(
    options,
    async (limit) => {
      const found = await findPosition(database, key);
      if (found === undefined || found.firstFillAt === null || found.lastFillAt === null) return [];
      return firstRows<Trade>(
        async (after, to, most) => {
          const place = { from: after.time, cursorId: after.id, to, limit: most, includeBusted };
          return (await database.query<Trade>(catalogued("trades.position_history", { ...key, ...place })))
            .rows;
        },
        {
          after: behind ?? { time: found.firstFillAt, id: LOWEST_ID },
          to: found.lastFillAt.add({ microseconds: 1 }),
          limit,
        },
      );
    },
    ({ executedAt, id }) => encodeCursor(list, { time: executedAt, id }),
  );
}

/** Every fill of a position, oldest first, in bounded memory. */
export function streamPositionHistory(
  database: Queryable,
  position: PositionKey,
  filter: PositionFillFilter = {},
): AsyncIterable<Trade> {
  return streamPages((page) =>
    listPositionHistory(database, position, { ...knownOptions("filter", filter, filterFields), ...page }),
  );
}
