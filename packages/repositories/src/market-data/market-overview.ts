// The overview of the market: a row per instrument with its last price and its last 24 hours, from its finest series. It is
// materialised: as of its last refresh (`pnpm db:maintain`), not as of now. latestBar and listLatestBars are as of now.
import { NotFoundError, type Queryable } from "@app/database";
import type { Timeframe } from "@app/schema/vocabulary";
import { decodeKeyCursor, encodeKeyCursor } from "../paging/key-cursor.ts";
import { givenCursor, type Page, pageFields, type PageOptions, readPage } from "../paging/page.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { checkInstrument, type InstrumentKey } from "./series-key.ts";

/** One instrument's last 24 hours, counted back from its own last bar. */
export interface InstrumentOverview extends InstrumentKey {
  /** Timeframe of the series it was made of: the shortest there is. */
  readonly timeframe: Timeframe;
  /** Opening time of the last bar. */
  readonly lastTime: Temporal.Instant;
  readonly lastPrice: number;
  readonly open24h: number;
  readonly high24h: number;
  readonly low24h: number;
  readonly volume24h: number;
  /** In percent of `open24h`. */
  readonly changePercentage24h: number;
  /** Bars of the series. */
  readonly barCount: number;
}

/** @returns the overview of an instrument, or undefined where it had no bars at the last refresh */
export async function findOverview(
  scope: Queryable,
  instrument: InstrumentKey,
): Promise<InstrumentOverview | undefined> {
  checkInstrument(instrument);
  const { exchange, symbol } = instrument;
  const { rows } = await scope.query<InstrumentOverview>(
    catalogued("market_overview.find", { exchange, symbol }),
  );
  return rows[0];
}

/** @throws {NotFoundError} where the instrument had no bars at the last refresh */
export async function getOverview(scope: Queryable, instrument: InstrumentKey): Promise<InstrumentOverview> {
  const found = await findOverview(scope, instrument);
  if (found !== undefined) return found;
  throw new NotFoundError(`The market overview has no ${instrument.symbol} on ${instrument.exchange}.`, {
    field: "symbol",
  });
}

const LIST = "market_overview.list";

/** Instruments by exchange and symbol. */
export async function listOverviews(
  scope: Queryable,
  options: PageOptions = {},
): Promise<Page<InstrumentOverview>> {
  const list = { name: LIST, of: {} };
  const { exchange, symbol } = decodeKeyCursor(list, givenCursor(options, pageFields), [
    "exchange",
    "symbol",
  ]);
  return readPage(
    options,
    async (limit) =>
      (await scope.query<InstrumentOverview>(catalogued(LIST, { exchange, symbol, limit }))).rows,
    (last) => encodeKeyCursor(list, { exchange: last.exchange, symbol: last.symbol }),
  );
}
