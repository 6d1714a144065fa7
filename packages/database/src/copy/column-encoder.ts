// Writes one value of one column in PostgreSQL's binary format: length, then bytes. One encoder per column of a COPY.
// Not numeric (numeric-encoder.ts) and not text (text-encoder.ts), which have a room of their own.
// Invariant: a value is written exactly, or refused with InvalidInputError before a byte of it is kept.

import { checkJsonText, stringifyJson } from "../codecs/json.ts";
import { dateToDays } from "../codecs/plain-date.ts";
import { checkMicroseconds, instantToMicroseconds, postgresEpochMicroseconds } from "../codecs/instant.ts";
import { InvalidInputError } from "../errors/database-error.ts";
import type { CopyType, JsonText } from "./copy-column.ts";
import { describe } from "./describe-value.ts";
import type { CopyTargetColumn } from "./copy-target.ts";
import { createNumericEncoder } from "./numeric-encoder.ts";
import type { RowBuffer } from "./row-buffer.ts";
import { createTextEncoder, writeText } from "./text-encoder.ts";

/** Writes a value that is neither null nor undefined. */
export type WriteValue = (out: RowBuffer, value: unknown) => void;

function refuse(value: unknown, wanted: string): InvalidInputError {
  return new InvalidInputError(`${describe(value)} is not ${wanted}.`);
}

const writeBool: WriteValue = (out, value) => {
  if (typeof value !== "boolean") throw refuse(value, "true or false");
  out.view.setInt32(out.offset, 1);
  out.view.setUint8(out.offset + 4, value ? 1 : 0);
  out.offset += 5;
};

const writeInt2: WriteValue = (out, value) => {
  if (typeof value !== "number" || !Number.isInteger(value) || value < -32_768 || value > 32_767) {
    throw refuse(value, "a whole number from -32768 to 32767 (int2)");
  }
  out.view.setInt32(out.offset, 2);
  out.view.setInt16(out.offset + 4, value);
  out.offset += 6;
};

const writeInt4: WriteValue = (out, value) => {
  // `| 0` keeps exactly the numbers that are whole and fit 32 bits; -0 passes as 0.
  if (typeof value !== "number" || (value | 0) !== value) {
    throw refuse(value, "a whole number from -2147483648 to 2147483647 (int4)");
  }
  out.view.setInt32(out.offset, 4);
  out.view.setInt32(out.offset + 4, value);
  out.offset += 8;
};

const writeInt8: WriteValue = (out, value) => {
  out.view.setInt32(out.offset, 8);
  if (typeof value === "bigint") {
    if (BigInt.asIntN(64, value) !== value) throw refuse(value, "within int8");
    out.view.setBigInt64(out.offset + 4, value);
  } else if (typeof value === "number" && Number.isSafeInteger(value)) {
    out.view.setInt32(out.offset + 4, Math.floor(value / 4_294_967_296));
    // setUint32 keeps the low 32 bits, of negative numbers too.
    out.view.setUint32(out.offset + 8, value);
  } else {
    throw refuse(value, "a bigint or a safe whole number (int8)");
  }
  out.offset += 12;
};

const writeFloat4: WriteValue = (out, value) => {
  if (typeof value !== "number") throw refuse(value, "a number");
  if (Math.abs(value) > 3.402_823_669_209_384_6e38 && Number.isFinite(value))
    throw refuse(value, "within float4");
  out.view.setInt32(out.offset, 4);
  out.view.setFloat32(out.offset + 4, value);
  out.offset += 8;
};

const writeFloat8: WriteValue = (out, value) => {
  if (typeof value !== "number") throw refuse(value, "a number");
  out.view.setInt32(out.offset, 8);
  out.view.setFloat64(out.offset + 4, value);
  out.offset += 12;
};

const writeBytea: WriteValue = (out, value) => {
  if (!(value instanceof Uint8Array)) throw refuse(value, "a Uint8Array");
  out.reserve(4 + value.length);
  out.view.setInt32(out.offset, value.length);
  out.bytes.set(value, out.offset + 4);
  out.offset += 4 + value.length;
};

function createTimestamptzEncoder(target: CopyTargetColumn): WriteValue {
  // A column of timestamptz(3) would round what is finer.
  const step = 10n ** BigInt(6 - (target.timePrecision ?? 6));
  return (out, value) => {
    let microseconds: bigint;
    if (typeof value === "bigint") microseconds = checkMicroseconds(value);
    else if (value instanceof Temporal.Instant) microseconds = instantToMicroseconds(value);
    else throw refuse(value, "microseconds since 1970 (bigint) or a Temporal.Instant");
    if (step !== 1n && microseconds % step !== 0n) {
      throw new InvalidInputError(`${describe(value)} is finer than the column's ${target.declaredType}.`);
    }
    out.view.setInt32(out.offset, 8);
    out.view.setBigInt64(out.offset + 4, microseconds - postgresEpochMicroseconds);
    out.offset += 12;
  };
}

const writeDate: WriteValue = (out, value) => {
  if (typeof value !== "string" && !(value instanceof Temporal.PlainDate)) {
    throw refuse(value, "a Temporal.PlainDate or a date like 2024-01-31");
  }
  const days = dateToDays(value);
  out.view.setInt32(out.offset, 4);
  out.view.setInt32(out.offset + 4, days);
  out.offset += 8;
};

const uuidPattern = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/iu;

const writeUuid: WriteValue = (out, value) => {
  if (typeof value === "string" && uuidPattern.test(value)) {
    out.bytes.write(value.replaceAll("-", ""), out.offset + 4, "hex");
  } else if (value instanceof Uint8Array && value.length === 16) {
    out.bytes.set(value, out.offset + 4);
  } else {
    throw refuse(value, "a UUID like 01890a5d-ac96-774b-bcce-b302099a8057");
  }
  out.view.setInt32(out.offset, 16);
  out.offset += 20;
};

function isJsonText(value: unknown): value is JsonText {
  return (
    typeof value === "object" && value !== null && "jsonText" in value && typeof value.jsonText === "string"
  );
}

const writeJson: WriteValue = (out, value) => {
  writeText(out, isJsonText(value) ? checkJsonText(value.jsonText) : stringifyJson(value));
};

const writeJsonb: WriteValue = (out, value) => {
  const start = out.offset;
  // The text goes one byte further on; then its length word is replaced by length + 1 and the version byte 1.
  out.offset += 1;
  writeText(out, isJsonText(value) ? checkJsonText(value.jsonText) : stringifyJson(value));
  out.view.setInt32(start, out.offset - start - 4);
  out.view.setUint8(start + 4, 1);
};

const encoders: Readonly<Record<CopyType, (target: CopyTargetColumn) => WriteValue>> = {
  bool: () => writeBool,
  int2: () => writeInt2,
  int4: () => writeInt4,
  int8: () => writeInt8,
  float4: () => writeFloat4,
  float8: () => writeFloat8,
  numeric: createNumericEncoder,
  text: createTextEncoder,
  bytea: () => writeBytea,
  uuid: () => writeUuid,
  timestamptz: createTimestamptzEncoder,
  date: () => writeDate,
  json: () => writeJson,
  jsonb: () => writeJsonb,
};

/** Makes the encoder of one column. */
export function createColumnEncoder(type: CopyType, target: CopyTargetColumn): WriteValue {
  return encoders[type](target);
}
