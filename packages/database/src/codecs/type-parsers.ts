// Which TypeScript value each PostgreSQL type comes back as. Given to each client by its `types` setting, never to pg's
// global table. Not the parameters on the way in (parameters.ts).
// Invariant: exact. Types not named here come as the text the server wrote.

import type { CustomTypesConfig } from "pg";

import { decodeArray } from "./array.ts";
import { decodeInstant } from "./instant.ts";
import { decodeDate } from "./plain-date.ts";

type Decode = (text: string) => unknown;

function decodeBool(text: string): boolean {
  return text === "t";
}

function decodeBytea(text: string): Buffer {
  return Buffer.from(text.slice(2), "hex");
}

function decodeJson(text: string): unknown {
  return JSON.parse(text);
}

/** `Number` reads NaN, Infinity and -Infinity as the server writes them. */
const decodeNumber: Decode = Number;
const decodeText: Decode = (text) => text;

/** Type, its OID, the OID of its array type (pg_type.dat of PostgreSQL), its codec. */
const codecs: readonly (readonly [type: string, oid: number, arrayOid: number, decode: Decode])[] = [
  ["bool", 16, 1000, decodeBool],
  ["bytea", 17, 1001, decodeBytea],
  ["name", 19, 1003, decodeText],
  ["int8", 20, 1016, BigInt],
  ["int2", 21, 1005, decodeNumber],
  ["int4", 23, 1007, decodeNumber],
  ["text", 25, 1009, decodeText],
  ["oid", 26, 1028, decodeNumber],
  ["json", 114, 199, decodeJson],
  ["float4", 700, 1021, decodeNumber],
  ["float8", 701, 1022, decodeNumber],
  ["bpchar", 1042, 1014, decodeText],
  ["varchar", 1043, 1015, decodeText],
  ["date", 1082, 1182, decodeDate],
  ["timestamptz", 1184, 1185, decodeInstant],
  ["numeric", 1700, 1231, decodeText],
  ["uuid", 2950, 2951, decodeText],
  ["jsonb", 3802, 3807, decodeJson],
];

function buildDecoders(): ReadonlyMap<number, Decode> {
  const decoders = new Map<number, Decode>();
  for (const [, oid, arrayOid, decode] of codecs) {
    decoders.set(oid, decode);
    decoders.set(arrayOid, (text) => decodeArray(text, decode));
  }
  return decoders;
}

const decoders = buildDecoders();

/** How values of a type are read from the text the server writes. */
export function decoderOf(oid: number): Decode {
  return decoders.get(oid) ?? decodeText;
}

/**
 * The `types` setting for pg clients: int8 as bigint, numeric and uuid as string, float4/float8/int2/int4 as number,
 * timestamptz as Temporal.Instant, date as Temporal.PlainDate, json/jsonb parsed, bytea as Buffer, and arrays of these.
 */
export const exactTypes: CustomTypesConfig = {
  getTypeParser: decoderOf,
};
