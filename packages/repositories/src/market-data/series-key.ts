// The name of a bar series: where it trades, what, and how long a bar is. Checked before any statement is sent.
import { type Timeframe, timeframes } from "@app/schema/vocabulary";
import { choice } from "../input/choice-field.ts";
import { objectField } from "../input/object-field.ts";
import { namedCode } from "../input/text-field.ts";

/** What is traded, and where. */
export interface InstrumentKey {
  /** The caller's name of the venue, 1 to 50 characters. */
  readonly exchange: string;
  /** The instrument's name there, 1 to 100 characters. FIX tag 55 (Symbol). */
  readonly symbol: string;
}

/** Identifies one series of bars. */
export interface SeriesKey extends InstrumentKey {
  /** Length of a bar. */
  readonly timeframe: Timeframe;
}

/** @throws {InvalidInputError} naming the field that cannot be part of an instrument's name */
export function checkInstrument(instrument: InstrumentKey): void {
  const { exchange, symbol } = objectField("instrument", instrument);
  namedCode("exchange", exchange);
  namedCode("symbol", symbol);
}

/** @throws {InvalidInputError} naming the field that cannot be part of a series' name */
export function checkSeries(series: SeriesKey): void {
  checkInstrument(objectField("series", series));
  choice("timeframe", series.timeframe, timeframes);
}
