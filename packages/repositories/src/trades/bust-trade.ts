// What a venue takes back: a bust (FIX ExecType H) marks the fill, a correction (FIX ExecType G) also records what stands in
// its place. Invariant: each happens once; said again it gives the same, said otherwise it is a conflict.
import { ConflictError, type Transaction } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { moment, type Moment } from "../input/instant-field.ts";
import { objectField } from "../input/object-field.ts";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { optional } from "../input/optional.ts";
import { refusalBecause } from "../input/refuse.ts";
import { freeText } from "../input/text-field.ts";
import type { Scope } from "../statements/scope.ts";
import { checkFill, type CheckedFill, checkTerms, keyText } from "./checked-fill.ts";
import { findTrade } from "./find-trade.ts";
import { CONTENT_COLUMNS, type FillColumn } from "./fill-columns.ts";
import { isSame, recordCheckedFills, required } from "./record-fills.ts";
import { fillTermFields } from "./fill-term-fields.ts";
import type { FillTerms, Trade } from "./trade.ts";

/** When and why a venue took a fill back. */
export interface Bust {
  /** When the venue said so; not before the fill. */
  readonly bustedAt: Moment;
  /** @defaultValue none */
  readonly reason?: string | null | undefined;
}

/** What follows in the transaction that took fills back: of the trades it changed and the moment the venue did. */
export type Followed = (
  transaction: Transaction,
  trades: readonly Trade[],
  takenBackAt: Temporal.Instant,
) => Promise<void>;

/** What a corrected fill says instead; what is left out stays as it was. Its key stays: for another side, bust and record anew. */
export interface Correction extends Bust, Partial<FillTerms> {
  /** Where the correction came from. */
  readonly source: string;
}

/** A fill that was taken back, and what stands in its place. */
export interface CorrectedTrade {
  readonly busted: Trade;
  readonly replacement: Trade;
}

interface CheckedBust {
  readonly bustedAt: Temporal.Instant;
  readonly reason: string | null;
}

const LONGEST_REASON = 10_000;

const bustFields: Readonly<Record<keyof Bust, true>> = { bustedAt: true, reason: true };

function checkBust(bust: Bust): CheckedBust {
  const { bustedAt, reason } = objectField("bust", bust);
  return {
    bustedAt: moment("bustedAt", bustedAt),
    reason: optional(reason, (value) => freeText("reason", value, LONGEST_REASON)),
  };
}

/**
 * Marks a fill as taken back; its position, P&L and sums are accounted anew. Its order is what `follow` makes of it.
 * @throws {NotFoundError} no such trade
 * @throws {ConflictError} busted already, at another moment or for another reason
 */
export async function bustTrade(
  scope: Scope,
  tradeId: string,
  bust: Bust,
  follow?: Followed,
): Promise<Trade> {
  const id = timeOrderedId("tradeId", tradeId);
  refuseUnknownFields("a bust", objectField("bust", bust), bustFields);
  const checked = checkBust(bust);
  return scope.atomically(
    async (transaction) => {
      const busted = await bustInside(transaction, id, checked);
      await follow?.(transaction, [busted], checked.bustedAt);
      return busted;
    },
    { idempotent: true },
  );
}

/**
 * Marks a fill as taken back and records the next correction in its place, together or not at all. Without a report on the
 * order, their orders are what `follow` makes of them, and a correction that changes nothing is refused.
 * @throws {NotFoundError} no such trade
 * @throws {ConflictError} busted or corrected already, otherwise than this
 */
export async function correctTrade(
  scope: Scope,
  tradeId: string,
  correction: Correction,
  follow?: Followed,
): Promise<CorrectedTrade> {
  const id = timeOrderedId("tradeId", tradeId);
  refuseUnknownFields("a correction", objectField("bust", correction), correctionFields);
  const checked = checkBust(correction);
  checkGivenTerms(correction);
  return scope.atomically(
    async (transaction) => {
      const wrong = required(await findTrade(transaction, id), id);
      const right = replacementOf(wrong, correction);
      // What a venue reports is recorded even where it says the same; only somebody's own slip is refused.
      if (follow !== undefined) requireChange(wrong, right);
      await bustInside(transaction, id, checked);
      const [replacement] = await recordCheckedFills(transaction, [right]);
      // Read last: the replacement may come before it in the order of accounting, and so change the position after it.
      const busted = required(await findTrade(transaction, id), id);
      const corrected = { busted, replacement: required(replacement, right.id) };
      await follow?.(transaction, [corrected.busted, corrected.replacement], checked.bustedAt);
      return corrected;
    },
    { idempotent: true },
  );
}

/** What a correction may say. */
const correctionFields: Readonly<Record<keyof Correction, true>> = {
  ...fillTermFields,
  ...bustFields,
};

/** Terms that stand in for those a correction leaves as they were: only what is given can be wrong. */
const AS_THEY_WERE = { quantity: "1", price: "1", settlementCurrency: "XXX" } as const;

function givenTerms(correction: Correction): Partial<Correction> {
  return Object.fromEntries(Object.entries(correction).filter(([, value]) => value !== undefined));
}

function checkGivenTerms(correction: Correction): void {
  checkTerms({ ...AS_THEY_WERE, ...givenTerms(correction), source: correction.source });
}

function replacementOf(wrong: Trade, correction: Correction): CheckedFill {
  const { bustedAt: _bustedAt, reason: _reason, ...terms } = givenTerms(correction);
  const right = checkFill({ rawPayload: null, ...fillOf(wrong), ...terms, correction: wrong.correction + 1 });
  if (keyText(right) === keyText({ ...wrong, correction: wrong.correction + 1 })) return right;
  throw refusalBecause("correction", "the key of a fill stays as it was; bust it and record another.");
}

/** @throws {InvalidInputError} naming `correction`, where a fill would be taken back for one that says the same */
function requireChange(wrong: Trade, right: CheckedFill): void {
  const says = (column: FillColumn): unknown => Reflect.get(wrong, column.property);
  if (!CONTENT_COLUMNS.every((column) => isSame(column, right[column.property], says(column)))) return;
  throw refusalBecause("correction", "it says of the fill what is recorded; there is nothing to correct.");
}

/** What a recorded fill says, without what the database made of it and without the payload, which was the wrong report's. */
function fillOf(trade: Trade): Omit<CheckedFill, "id" | "rawPayload"> {
  const {
    id: _id,
    rawPayload: _rawPayload,
    notional: _notional,
    realizedPnl: _realizedPnl,
    positionQuantity: _positionQuantity,
    positionCostBasis: _positionCostBasis,
    bustedAt: _bustedAt,
    bustReason: _bustReason,
    recordedAt: _recordedAt,
    retainUntil: _retainUntil,
    ...said
  } = trade;
  return said;
}

async function bustInside(transaction: Transaction, id: string, bust: CheckedBust): Promise<Trade> {
  const trade = required(await findTrade(transaction, id), id);
  // Before the fill itself, in the order in which new fills lock: else a bust and a late fill could wait in a circle.
  await transaction.query({
    name: "trades.lock_accounting",
    text: "select lock_accounting($1)",
    values: [[id]],
  });
  await transaction.query({
    name: "trades.bust",
    // By account too: chunks in columns are segmented by it.
    text: `update trades set busted_at = $3, bust_reason = $4
where id = $1 and executed_at = $2 and account = $5 and busted_at is null`,
    values: [id, trade.executedAt, bust.bustedAt, bust.reason, trade.account],
  });
  const busted = required(await findTrade(transaction, id), id);
  if (busted.bustedAt === null || !busted.bustedAt.equals(bust.bustedAt)) {
    throw otherBust(id, "bustedAt", String(busted.bustedAt), bust.bustedAt.toString());
  }
  if (busted.bustReason !== bust.reason) {
    throw otherBust(id, "reason", String(busted.bustReason), String(bust.reason));
  }
  return busted;
}

function otherBust(id: string, field: string, stored: string, given: string): ConflictError {
  return new ConflictError(`${field}: trade ${id} is busted already with ${stored}, not ${given}.`, {
    field,
    table: "trades",
  });
}
