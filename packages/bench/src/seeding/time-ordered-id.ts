// Ids of seeded rows: UUIDv7 holding the row's millisecond, the rest from a random stream, so that they are the same in every
// run. Source: RFC 9562, section 5.7.
import type { RandomStream } from "./random-stream.ts";

const hexadecimal = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");

/** @param microseconds since 1970 @returns an id in lower case */
export function timeOrderedIdAt(random: RandomStream, microseconds: number): string {
  const time = hexadecimal(Math.floor(microseconds / 1_000), 12);
  const first = random.bits() >>> 0;
  const second = random.bits() >>> 0;
  const third = random.bits() >>> 0;
  const version = hexadecimal(first & 0x0f_ff, 3);
  const variant = hexadecimal(0x80_00 | ((first >>> 16) & 0x3f_ff), 4);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${version}-${variant}-${hexadecimal(second, 8)}${hexadecimal(third & 0xff_ff, 4)}`;
}
