// Text fields: codes, as the tables' own checks have them, and free text. What PostgreSQL cannot store (a NUL character, a
// lone surrogate) is refused here, before a statement is sent.
import { refusal, refusalBecause } from "./refuse.ts";

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controlCharacter = /[\u0000-\u001F\u007F-\u009F]/u;

function wellFormed(field: string, value: unknown): string {
  if (typeof value !== "string") throw refusal(field, value, "text");
  if (!value.isWellFormed())
    throw refusalBecause(field, "the text has a lone surrogate, which is no character.");
  return value;
}

/**
 * A code: 1 to `longest` characters, no blank at either end, no control character.
 * @throws {InvalidInputError} naming the field
 */
export function code(field: string, value: unknown, longest: number): string {
  const text = wellFormed(field, value);
  if (text === "") throw refusalBecause(field, "the text is empty.");
  // Counted in code points, as the database does.
  // oxlint-disable-next-line typescript/no-misused-spread -- code points are what is counted
  if (text.length > longest && [...text].length > longest) {
    throw refusalBecause(field, `the text is longer than ${longest} characters.`);
  }
  if (text.startsWith(" ") || text.endsWith(" ")) {
    throw refusal(field, text, "without a blank at either end");
  }
  if (controlCharacter.test(text)) throw refusalBecause(field, "the text has a control character.");
  return text;
}

/**
 * Free text of up to `longest` characters (UTF-16 units); line breaks are welcome.
 * @throws {InvalidInputError} naming the field
 */
export function freeText(field: string, value: unknown, longest = 1_000_000): string {
  const text = wellFormed(field, value);
  if (text.includes("\0"))
    throw refusalBecause(field, "the text has a NUL character, which PostgreSQL cannot store.");
  if (text.length > longest) throw refusalBecause(field, `the text is longer than ${longest} characters.`);
  return text;
}

const currencyPattern = /^[A-Z0-9]{2,12}$/u;

/** A currency: an ISO 4217 code or a crypto-asset ticker. @throws {InvalidInputError} naming the field */
export function currency(field: string, value: unknown): string {
  if (typeof value === "string" && currencyPattern.test(value)) return value;
  throw refusal(field, value, "a currency: 2 to 12 capital letters or digits");
}

function matching(field: string, value: unknown, pattern: RegExp, wanted: string): string {
  if (typeof value === "string" && pattern.test(value)) return value;
  throw refusal(field, value, wanted);
}

/** A market identifier code, ISO 10383. @throws {InvalidInputError} naming the field */
export function marketIdentifierCode(field: string, value: unknown): string {
  return matching(field, value, /^[A-Z\d]{4}$/u, "a market identifier code such as XNAS (ISO 10383)");
}

/** An ISIN, ISO 6166: its form, not its check digit. @throws {InvalidInputError} naming the field */
export function isin(field: string, value: unknown): string {
  return matching(field, value, /^[A-Z]{2}[A-Z\d]{9}\d$/u, "an ISIN such as US0378331005 (ISO 6166)");
}

/** Longest text of each kind of code, as the tables check them. */
export const CODE_LENGTHS = {
  account: 100,
  exchange: 50,
  symbol: 100,
  clientOrderId: 200,
  venueOrderId: 200,
  exchangeTradeId: 200,
  source: 200,
} as const;

/**
 * One of the codes every table shares.
 * @param path what the message puts before the field, such as `marks[3].`
 * @throws {InvalidInputError} naming the field
 */
export function namedCode(field: keyof typeof CODE_LENGTHS, value: unknown, path = ""): string {
  return code(`${path}${field}`, value, CODE_LENGTHS[field]);
}
