// Finds one trade: by its id, which holds its time, or by what the venue calls it.
import type { Queryable } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Trade } from "./trade.ts";

/** @throws {InvalidInputError} naming `tradeId` */
export async function findTrade(scope: Queryable, tradeId: string): Promise<Trade | undefined> {
  const id = timeOrderedId("tradeId", tradeId);
  const { rows } = await scope.query<Trade>(catalogued("trades.get", { id }));
  return rows[0];
}
