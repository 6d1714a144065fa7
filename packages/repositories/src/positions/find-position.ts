// Finds one position by its key: a look-up by its unique index, for positions of no strategy too.
import { NotFoundError, type Queryable } from "@app/database";
import { catalogued } from "../statements/catalogued-statement.ts";
import { checkPositionKey, type PositionKey } from "./position-key.ts";
import type { Position } from "./position.ts";

/** @throws {InvalidInputError} naming the field */
export async function findPosition(
  database: Queryable,
  position: PositionKey,
): Promise<Position | undefined> {
  const { rows } = await database.query<Position>(
    catalogued("positions.get", { ...checkPositionKey(position) }),
  );
  return rows[0];
}

/** The error for a position nobody ever traded. */
export function noPosition({ strategyId, account, exchange, symbol }: PositionKey): NotFoundError {
  const whose = strategyId === null ? "no strategy" : `strategy ${strategyId}`;
  return new NotFoundError(
    `There is no position of ${whose} on account ${account} in ${symbol} on ${exchange}.`,
    {
      table: "positions",
    },
  );
}
