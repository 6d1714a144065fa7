// Ids of time-series rows: UUIDv7 with the row's own millisecond inside, so that a look-up by id alone knows which chunk to
// ask. Made by the caller, so that a call made again after a lost answer names the same row.
import { createHash } from "node:crypto";
import { v7 } from "uuid";
import { refusal, refusalBecause } from "../input/refuse.ts";
import { type Moment, moment } from "../input/instant-field.ts";

const uuidPattern = /^[\da-f]{8}-[\da-f]{4}-([\da-f])[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/iu;

/**
 * A new id for a row of this moment, random within its millisecond.
 * Source: RFC 9562, section 5.7.
 * @throws {InvalidInputError} for a moment before 1970, which a UUIDv7 cannot hold
 */
export function createId(at: Moment): string {
  return v7({ msecs: millisecond("at", moment("at", at)) });
}

function millisecond(field: string, at: Temporal.Instant): number {
  if (at.epochMilliseconds >= 0) return at.epochMilliseconds;
  throw refusalBecause(field, `${at.toString()} lies before 1970, which a UUIDv7 cannot hold.`);
}

/** The millisecond inside a UUIDv7. */
export function timeOfId(id: string): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}

/** A UUID of version 7, in lower case. @throws {InvalidInputError} naming the field */
export function timeOrderedId(field: string, value: unknown): string {
  if (typeof value !== "string") throw refusal(field, value, "a UUID as text");
  const match = uuidPattern.exec(value);
  if (match === null) throw refusal(field, value, "a UUID like 01890a5d-ac96-774b-bcce-b302099a8057");
  if (match[1] !== "7") {
    throw refusalBecause(
      field,
      `${value} is a UUID of version ${match[1]}, not 7; make it with createId(time).`,
    );
  }
  return value.toLowerCase();
}

/**
 * An id that holds the row's time to the millisecond.
 * @throws {InvalidInputError} naming the field where the two disagree
 */
export function idOfRow(field: string, value: unknown, time: Temporal.Instant, timeField: string): string {
  const id = timeOrderedId(field, value);
  const inside = timeOfId(id);
  if (inside.epochMilliseconds === time.epochMilliseconds) return id;
  throw refusalBecause(
    field,
    `${id} holds ${inside.toString()}, and ${timeField} is ${time.toString()}; make it with createId(${timeField}).`,
  );
}

/**
 * The id of a row that has a natural key: the same key gives the same id, so a row sent twice is one row without the caller
 * having to remember an id. The 74 bits beside the time are those of SHA-256 over the key.
 */
export function derivedId(at: Temporal.Instant, key: readonly (string | number)[]): string {
  const random = createHash("sha256").update(JSON.stringify(key)).digest().subarray(0, 16);
  return v7({ msecs: millisecond("time", at), random, seq: random.readUInt32BE(6) & 0x7f_ff_ff_ff });
}
