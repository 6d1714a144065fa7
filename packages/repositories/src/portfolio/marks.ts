// What one unit of an instrument is worth now: prices the caller gives, or else the latest closes of a timeframe.
// Not a price service: what neither knows has no mark, and what depends on it is not known.
import { jsonParameter, type Decimal } from "@app/database";
import { type Timeframe, timeframes } from "@app/schema/vocabulary";
import { choice } from "../input/choice-field.ts";
import { amount } from "../input/decimal-field.ts";
import { type Moment, timeBound } from "../input/instant-field.ts";
import { wholeNumber } from "../input/number-field.ts";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { objectField } from "../input/object-field.ts";
import { optional } from "../input/optional.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import { namedCode } from "../input/text-field.ts";
import { BEGINNING } from "../paging/cursor.ts";
import type { QueryValues } from "../statements/catalogued-statement.ts";

/** The price of an instrument. */
export interface Mark {
  readonly exchange: string;
  readonly symbol: string;
  /** In settlement currency for one unit, as decimal text. */
  readonly price: string;
}

/** Where prices come from. A given one goes before a close. */
export interface MarkSources {
  /** Each instrument once, at most 10,000. */
  readonly marks?: readonly Mark[] | undefined;
  /** Takes the latest close of this timeframe where no price was given; without it only given prices count. */
  readonly closesOf?: Timeframe | undefined;
  /** Closes of bars that opened before this count as none. @defaultValue any age */
  readonly closesNotBefore?: Moment | undefined;
}

/** Marks that were checked. */
export interface CheckedMarks {
  readonly given: readonly { readonly exchange: string; readonly symbol: string; readonly price: Decimal }[];
  readonly timeframe: Timeframe | null;
  readonly notBefore: Temporal.Instant;
}

const markFields: Readonly<Record<keyof Mark, true>> = { exchange: true, symbol: true, price: true };

/** Names of the sources of prices, for whoever refuses a name that is none. */
export const markSourceFields: Readonly<Record<keyof MarkSources, true>> = {
  marks: true,
  closesOf: true,
  closesNotBefore: true,
};

const MOST_MARKS = 10_000;

/** @throws {InvalidInputError} naming the field, `marks[3].price` */
export function checkMarks(sources: MarkSources): CheckedMarks {
  const { marks = [], closesOf, closesNotBefore } = objectField("sources", sources);
  if (!Array.isArray(marks)) throw refusal("marks", marks, "an array of prices");
  wholeNumber("marks.length", marks.length, 0, MOST_MARKS);
  const seen = new Set<string>();
  const given = marks.map((mark: Mark, index) => {
    const place = `marks[${index}]`;
    refuseUnknownFields("a mark", objectField(place, mark), markFields, `${place}.`);
    const exchange = namedCode("exchange", mark.exchange, `${place}.`);
    const symbol = namedCode("symbol", mark.symbol, `${place}.`);
    const key = JSON.stringify([exchange, symbol]);
    if (seen.has(key)) throw refusalBecause(place, `${symbol} on ${exchange} has a price already.`);
    seen.add(key);
    return { exchange, symbol, price: amount(`${place}.price`, mark.price, "positive") };
  });
  return {
    given,
    timeframe: optional(closesOf, (value) => choice("closesOf", value, timeframes)),
    notBefore: closesNotBefore === undefined ? BEGINNING.time : timeBound("closesNotBefore", closesNotBefore),
  };
}

/** The values of the queries that value positions. */
export function markValues({ given, timeframe, notBefore }: CheckedMarks): QueryValues {
  return { marks: jsonParameter(given), timeframe, from: notBefore };
}
