// Kinds of input a method takes, each with the values that must be refused, and whether any text may be meant by it.
// Data for the tests of this folder; not the checks themselves (input/), and nothing a backend runs.
import { createId } from "../identity/time-ordered-id.ts";

/** A kind of input. */
export interface Kind {
  /** What must be refused with an error that names the field. */
  readonly bad: readonly unknown[];
  /** Longest text that is taken as it is, whatever it says; undefined where not every text is one. */
  readonly longestText?: number | undefined;
  /** Whether it says which record is meant, so that another text means another record. */
  readonly isReference?: boolean | undefined;
  /** The field's name in errors, where it is not that of its place. */
  readonly name?: string | undefined;
}

/** Texts that would do harm where a statement is made by putting texts together. All of them are names like any other. */
export const SQL_FRAGMENTS: readonly string[] = [
  "'; drop table orders; --",
  "' or '1'='1",
  'x"; delete from trades; --',
  "$1); truncate strategies cascade; select ($$",
  "\\'; select pg_sleep(60); --",
  "%_\\%' /* ünï¢øðé 💥 */",
];

const NO_TEXT: readonly unknown[] = [7, true, {}, ["text"]];
const BROKEN_TEXT: readonly unknown[] = ["lone \uD800 surrogate", "\uDC00", "a NUL \0 byte"];

/** A name or code: any text without control characters and outer blanks. */
export const code = (longest: number): Kind => ({
  bad: [...NO_TEXT, ...BROKEN_TEXT, "", " a", "a ", "line\nbreak", "x".repeat(longest + 1)],
  longestText: longest,
});

/** Free text. */
export const text = (longest: number): Kind => ({
  bad: [...NO_TEXT, ...BROKEN_TEXT, "x".repeat(longest + 1)],
  longestText: longest,
});

/** Text of one form, such as a currency; no fragment of SQL has it. */
export const formed = (longest: number): Kind => ({
  bad: [...NO_TEXT, ...BROKEN_TEXT, ...SQL_FRAGMENTS, "", "A".repeat(longest + 1)],
});

/** One of some words. */
export const word: Kind = formed(1_000);

const NO_DECIMAL: readonly unknown[] = [
  ...NO_TEXT,
  ...BROKEN_TEXT,
  ...SQL_FRAGMENTS,
  "",
  "1e5",
  "NaN",
  "Infinity",
  "0x10",
  " 1",
  "1,5",
  ".",
  "9".repeat(40),
  `1${"0".repeat(20)}`,
  `0.${"0".repeat(18)}1`,
  `0.${"1".repeat(40)}`,
  "1".repeat(1_000_000),
];

/** Exact decimals of any sign, of 0 and more, and of more than 0. */
export const decimal = {
  any: { bad: NO_DECIMAL },
  notNegative: { bad: [...NO_DECIMAL, "-1", "-0.000000000000000001"] },
  positive: { bad: [...NO_DECIMAL, "-1", "0", "0.0", "-0"] },
} as const satisfies Readonly<Record<string, Kind>>;

const NO_NUMBER: readonly unknown[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  "1",
  "1; drop table orders",
  1n,
  true,
  {},
];

/** A whole number. */
export const whole = (least: number, most: number): Kind => ({
  bad: [...NO_NUMBER, 1.5, least - 1, most + 1, 2 ** 53 + 2, -(2 ** 53) - 2, 1e300],
});

/** A measure. */
export const measure = (least: number, most: number): Kind => ({
  bad: [
    ...NO_NUMBER,
    ...(least > -Number.MAX_VALUE ? [least - 1] : []),
    ...(most < Number.MAX_VALUE ? [most + 1] : []),
  ],
});

/** How many rows. */
export const limit = (most = 1_000): Kind => ({ bad: [...NO_NUMBER, 0, -1, 1.5, most + 1, 1e9] });

const NO_MOMENT: readonly unknown[] = [
  ...SQL_FRAGMENTS,
  "",
  "now",
  "infinity",
  "2026-01-31",
  "2026-02-30T00:00:00Z",
  "2026-01-31T09:30:00",
  1_767_225_600_000,
  new Date(Number.NaN),
  Temporal.PlainDate.from("2026-01-31"),
  "lone \uD800 surrogate",
  {},
];

/** A moment a row bears: to the microsecond. */
export const moment: Kind = {
  bad: [...NO_MOMENT, Temporal.Instant.fromEpochNanoseconds(1_767_225_600_000_000_001n)],
};

/** A moment that bounds a range. */
export const bound: Kind = { bad: NO_MOMENT };

/** A day of the calendar. */
export const day: Kind = {
  bad: [
    ...SQL_FRAGMENTS,
    "",
    "2026-02-30",
    "2026-13-01",
    "31.01.2026",
    "2026-01-31T00:00:00Z",
    20_260_131,
    {},
  ],
};

const NO_ID: readonly unknown[] = [
  ...NO_TEXT,
  ...BROKEN_TEXT,
  ...SQL_FRAGMENTS,
  "",
  // Versions 4 and 1, the nil UUID, and two spellings PostgreSQL takes and an id has not.
  "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
  "c232ab00-9414-11ec-b3c8-9f6bdeced846",
  "00000000-0000-0000-0000-000000000000",
  "{01890a5d-ac96-774b-bcce-b302099a8057}",
  "01890a5dac96774bbcceb302099a8057",
  "01890a5d-ac96-774b-bcce-b302099a8057\n",
];

/** The id of some row. */
export const id: Kind = { bad: NO_ID, isReference: true };

/** The id of the very row, whose time is in it. */
export const rowId: Kind = { bad: [...NO_ID, createId("2020-02-02T02:02:02.002Z")] };

const circular: Record<string, unknown> = {};
circular["self"] = circular;

const NO_JSON: readonly unknown[] = [
  { value: Number.NaN },
  { deep: [{ value: Number.POSITIVE_INFINITY }] },
  { text: "a NUL \0 byte" },
  { text: "lone \uD800 surrogate" },
  { ["key \0"]: 1 },
  { big: 1n },
  circular,
];

/** A value of JSON. */
export const json: Kind = { bad: NO_JSON };

/** An object of JSON. */
export const jsonObject: Kind = { bad: [...NO_JSON, [], "text", 7] };

/** True or false. */
export const flag: Kind = { bad: [...SQL_FRAGMENTS, "true", 1, 0, {}, Number.NaN] };

/** Where a page ended. */
export const cursor: Kind = {
  bad: [
    7,
    {},
    "",
    "x",
    "lone \uD800 surrogate",
    ...SQL_FRAGMENTS,
    ...SQL_FRAGMENTS.map((fragment) => Buffer.from(fragment).toString("base64url")),
  ],
};

/** What is not looked at: a function that is called, a signal that is heard. The reason stands where it is used. */
export const unchecked = (_reason: string): Kind => ({ bad: [] });

/** A kind whose field has another name in errors. */
export const named = (name: string, kind: Kind): Kind => ({ ...kind, name });

/** A text that says which record is meant. */
export const reference = (kind: Kind): Kind => ({ ...kind, isReference: true });
