// Fills for tests: valid ones to start from, each with a trade id of its own, in the order they are made.
import type { Queryable } from "@app/database";
import { createId } from "../../identity/time-ordered-id.ts";
import type { NewFill } from "../trade.ts";

const start = Temporal.Instant.from("2026-03-02T09:00:00Z");

/** A moment `seconds` after the beginning of the fixtures. */
export function at(seconds: number): Temporal.Instant {
  return start.add({ microseconds: Math.round(seconds * 1e6) });
}

let serial = 0;

/** A number of its own. */
export function nextSerial(): number {
  serial += 1;
  return serial;
}

/** A fill of the instrument BTC-USD; by default one second after the one made before it. */
export function fillOf(
  side: "buy" | "sell",
  quantity: string,
  price: string,
  others: Partial<NewFill> = {},
): NewFill {
  const number = nextSerial();
  return {
    exchange: "XTEST",
    account: "main",
    symbol: "BTC-USD",
    exchangeTradeId: `fill-${number}`,
    executedAt: at(number),
    side,
    quantity,
    price,
    settlementCurrency: "USD",
    source: "test",
    ...others,
  };
}

/** A fill that buys. */
export function buy(quantity: string, price: string, others: Partial<NewFill> = {}): NewFill {
  return fillOf("buy", quantity, price, others);
}

/** A fill that sells. */
export function sell(quantity: string, price: string, others: Partial<NewFill> = {}): NewFill {
  return fillOf("sell", quantity, price, others);
}

/** A strategy in US dollars. @returns its id */
export async function createStrategy(database: Queryable): Promise<string> {
  const id = createId(start);
  await database.query(
    `insert into strategies (id, created_at, name, kind, base_currency) values ($1, $2, $3, 'test', 'USD')`,
    [id, start, `strategy ${id}`],
  );
  return id;
}

/** An id whose order among those of its moment is that of `place`. */
export function orderedId(moment: Temporal.Instant, place: number): string {
  const time = moment.epochMilliseconds.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${place.toString(16).padStart(12, "0")}`;
}
