// Records for tests, given as objects of SQL column names: valid ones to start from, so that a test writes what it is about.
import type { Queryable } from "@app/database";
import { createId } from "../../identity/time-ordered-id.ts";
import type { NewSnapshot } from "../snapshot.ts";

/** A row by SQL column names. */
export type Row = Readonly<Record<string, unknown>>;

const start = Temporal.Instant.from("2026-03-02T09:00:00Z");

/** A moment `seconds` after the beginning of the fixtures. */
export function at(seconds: number): Temporal.Instant {
  return start.add({ microseconds: Math.round(seconds * 1e6) });
}

/** A source of numbers, each given once. */
export interface Serial {
  next(): number;
}

/** Counts from 1. */
export function createSerial(): Serial {
  let last = 0;
  return { next: () => (last += 1) };
}

const serial = createSerial();

/** Inserts a row. @returns its id where it has one */
export async function insert(database: Queryable, table: string, row: Row): Promise<string> {
  const columns = Object.keys(row);
  const values = columns.map((_, index) => `$${index + 1}`).join(", ");
  await database.query(
    `insert into ${table} (${columns.join(", ")}) values (${values})`,
    columns.map((column) => row[column]),
  );
  const { id } = row;
  return typeof id === "string" ? id : "";
}

/** A running strategy in US dollars. @returns its id */
export function insertStrategy(database: Queryable, others: Row = {}): Promise<string> {
  return insert(database, "strategies", {
    id: createId(start),
    created_at: start,
    name: `strategy ${serial.next()}`,
    kind: "test",
    base_currency: "USD",
    status: "active",
    activated_at: start,
    ...others,
  });
}

/** A fill of the account and symbol given, or of 1 BTC-USD at 100. @returns its id */
export function insertFill(database: Queryable, seconds: number, others: Row = {}): Promise<string> {
  return insert(database, "trades", {
    id: createId(at(seconds)),
    executed_at: at(seconds),
    account: "main",
    exchange: "XTEST",
    symbol: "BTC-USD",
    exchange_trade_id: `fill ${serial.next()}`,
    side: "buy",
    quantity: "1",
    price: "100",
    settlement_currency: "USD",
    fee_currency: "USD",
    source: "test",
    ...others,
  });
}

/** A market order of 10 BTC-USD, accepted. @returns its id */
export function insertOrder(database: Queryable, seconds: number, others: Row = {}): Promise<string> {
  return insert(database, "orders", {
    id: createId(at(seconds)),
    created_at: at(seconds),
    account: "main",
    exchange: "XTEST",
    symbol: "BTC-USD",
    client_order_id: `order ${serial.next()}`,
    side: "buy",
    type: "market",
    status: "new",
    quantity: "10",
    source: "test",
    ...others,
  });
}

/** A 1-minute bar with this close. */
export async function insertBar(
  database: Queryable,
  symbol: string,
  close: number,
  seconds = 0,
): Promise<void> {
  await insert(database, "market_data", {
    exchange: "XTEST",
    symbol,
    timeframe: "1m",
    time: at(seconds),
    open: close,
    high: close,
    low: close,
    close,
    volume: 1,
    source: "test",
  });
}

/** A snapshot with 100 in cash. */
export function snapshotAt(seconds: number, others: Partial<NewSnapshot> = {}): NewSnapshot {
  const takenAt = others.takenAt ?? at(seconds);
  return {
    id: createId(takenAt),
    takenAt,
    account: "main",
    currency: "USD",
    equity: "100",
    cash: "100",
    source: "test",
    ...others,
  };
}
