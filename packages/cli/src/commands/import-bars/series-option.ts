// The series a command line names, checked before anything is opened or started.
import { checkSeries, isTimeframe, timeframes } from "@app/repositories";
import type { SeriesKey } from "@app/repositories";
import { InvalidInputError } from "@app/database";

/** @throws InvalidInputError naming the option that cannot be */
export function checkSeriesText(options: {
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: string;
}): SeriesKey {
  const { exchange, symbol, timeframe } = options;
  if (!isTimeframe(timeframe)) {
    throw new InvalidInputError(`"${timeframe}" is no timeframe; these are: ${timeframes.join(", ")}.`);
  }
  const series = { exchange, symbol, timeframe };
  checkSeries(series);
  return series;
}
