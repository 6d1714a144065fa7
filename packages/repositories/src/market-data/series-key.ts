// The name of a bar series: where it trades, what, and how long a bar is. Checked before any statement is sent.
import { InvalidInputError } from "@app/database";
import type { Timeframe } from "@app/schema/vocabulary";
import { isTimeframe, TIMEFRAMES } from "./timeframe.ts";

/** Identifies one series of bars. */
export interface SeriesKey {
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: Timeframe;
}

const LONGEST = { exchange: 50, symbol: 100, source: 200 } as const;

/** @throws InvalidInputError naming the field and what is wrong with it */
export function checkCode(field: keyof typeof LONGEST, value: string): void {
  const longest = LONGEST[field];
  if (value === "") throw new InvalidInputError(`The ${field} is empty.`);
  // Counted in code points, as the database does.
  // oxlint-disable-next-line typescript/no-misused-spread -- code points are what is counted
  if ([...value].length > longest)
    throw new InvalidInputError(`The ${field} is longer than ${longest} characters.`);
  if (value !== value.trim())
    throw new InvalidInputError(`The ${field} "${value}" begins or ends with a blank.`);
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001F\u007F-\u009F]/.test(value) || !value.isWellFormed()) {
    throw new InvalidInputError(`The ${field} holds a control character or half a character.`);
  }
}

/** @throws InvalidInputError naming the field that cannot be part of a series' name */
export function checkSeries(series: SeriesKey): void {
  checkCode("exchange", series.exchange);
  checkCode("symbol", series.symbol);
  if (!isTimeframe(series.timeframe)) {
    throw new InvalidInputError(
      `The timeframe "${String(series.timeframe)}" is none of ${TIMEFRAMES.join(", ")}.`,
    );
  }
}
