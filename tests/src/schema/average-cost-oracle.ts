// The oracle of the accounting tests: average cost in exact integers, written apart from the SQL it judges.
// Amounts are bigints scaled by 10^18; cost and P&L carry the scale of the products they are.

/** What the oracle needs to know of a fill. */
export interface OracleFill {
  readonly id: string;
  /** Microseconds since the epoch. */
  readonly executedAt: bigint;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly price: string;
  readonly multiplier: string;
  readonly busted: boolean;
}

/** A position and the P&L of each fill, as exact decimal strings without trailing zeros. */
export interface OraclePosition {
  readonly quantity: string;
  readonly costBasis: string;
  readonly realizedPnl: string;
  readonly pnlById: ReadonlyMap<string, string>;
}

const one = 10n ** 18n;

/** A decimal string as an integer scaled by 10^18. */
function scaled(text: string): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole) * one + BigInt(fraction.padEnd(18, "0"));
}

/** An integer scaled by 10^digits as a decimal string without trailing zeros. */
export function plain(value: bigint, digits: number): string {
  const sign = value < 0n ? "-" : "";
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, "0");
  const fraction = text.slice(-digits).replace(/0+$/, "");
  return sign + text.slice(0, -digits) + (fraction === "" ? "" : `.${fraction}`);
}

/** Accounts the fills of one position by average cost, in the order of time, then id. */
export function accountByAverageCost(fills: readonly OracleFill[]): OraclePosition {
  const ordered = fills.toSorted((a, b) =>
    a.executedAt === b.executedAt ? (a.id < b.id ? -1 : 1) : a.executedAt < b.executedAt ? -1 : 1,
  );
  let held = 0n; // 10^18, signed
  let cost = 0n; // 10^36
  let total = 0n; // 10^54
  const pnlById = new Map<string, string>();
  for (const fill of ordered) {
    let pnl = 0n;
    if (!fill.busted) {
      const price = scaled(fill.price);
      let left = scaled(fill.quantity);
      const direction = fill.side === "buy" ? 1n : -1n;
      const open = held < 0n ? -held : held;
      if (held * direction < 0n) {
        const closing = left < open ? left : open;
        // Cost leaves pro rata, cut at 18 decimals; all of it leaves with the last of the position.
        const leaving = closing === open ? cost : ((cost * closing) / (open * one)) * one;
        pnl = -direction * (closing * price - leaving) * scaled(fill.multiplier);
        cost -= leaving;
        held += direction * closing;
        left -= closing;
      }
      held += direction * left;
      cost += left * price;
    }
    total += pnl;
    pnlById.set(fill.id, plain(pnl, 54));
  }
  return { quantity: plain(held, 18), costBasis: plain(cost, 36), realizedPnl: plain(total, 54), pnlById };
}
