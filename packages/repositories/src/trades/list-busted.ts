// The fills that venues took back, whoever's they are, the last taken back first. Those of one owner: a list with includeBusted.
import type { Queryable } from "@app/database";
import { openTimeRange } from "../input/instant-field.ts";
import { BEGINNING, decodeCursor, encodeCursor } from "../paging/cursor.ts";
import { beforeMoment } from "../paging/history.ts";
import { givenCursor, type HistoryOptions, type Page, rangeListFields, readPage } from "../paging/page.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Trade } from "./trade.ts";

const LIST = "trades.list_busted";

/**
 * One page of busted fills; `from` and `to` are of `bustedAt`. A fill may be taken back long after it was executed, so every
 * chunk up to the end of the page is planned, each with a small index of its own.
 * @throws {InvalidInputError} naming the field
 */
export async function listBustedTrades(
  database: Queryable,
  options: HistoryOptions = {},
): Promise<Page<Trade>> {
  const list = { name: LIST, of: {} };
  const cursor = decodeCursor(list, givenCursor(options, rangeListFields));
  const { from = BEGINNING.time, to } = openTimeRange(options);
  const { time: cursorTime, id: cursorId } = beforeMoment(cursor, to);
  return readPage(
    options,
    async (limit) =>
      (
        await database.query<Trade & { readonly bustedAt: Temporal.Instant }>(
          catalogued(LIST, { from, cursorTime, cursorId, limit }),
        )
      ).rows,
    ({ bustedAt, id }) => encodeCursor(list, { time: bustedAt, id }),
  );
}
