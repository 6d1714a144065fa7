// Exact amounts as text. Prices are counted in ticks, quantities in lots, money in 18 decimal places; no float is rounded.

/** Decimal places of {@link Money}. */
export const MONEY_DECIMALS = 18;

/** An amount of money in units of 10 to the minus 18. */
export type Money = bigint;

/** @returns whole units of 10 to the minus `decimals` as decimal text, all places written */
export function unitsText(units: number, decimals: number): string {
  return (units / 10 ** decimals).toFixed(decimals);
}

/** @returns money as decimal text without needless zeros */
export function moneyText(money: Money): string {
  const sign = money < 0n ? "-" : "";
  const digits = (money < 0n ? -money : money).toString().padStart(MONEY_DECIMALS + 1, "0");
  const whole = digits.slice(0, -MONEY_DECIMALS);
  const fraction = digits.slice(-MONEY_DECIMALS).replace(/0+$/u, "");
  return fraction === "" ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

/** @returns whole units of 10 to the minus `decimals` as money */
export function unitsToMoney(units: number, decimals: number): Money {
  return BigInt(units) * 10n ** BigInt(MONEY_DECIMALS - decimals);
}
