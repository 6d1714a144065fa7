// What the database must hold after some fills, whatever way they came: made with the oracle, never by SQL.
import type { Row } from "../fixtures/insert.ts";
import { accountByAverageCost, plain } from "./average-cost-oracle.ts";
import { type Fill, multiplierOf } from "./fill-arbitrary.ts";

/** Compares numbers by value: '1.50' and '1.5' are one amount. */
const same = (value: unknown): string => {
  const text = String(value);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
};

/** State with every amount in one form and every moment as text, fit to compare. */
export function normalise(state: unknown): unknown {
  return JSON.parse(
    JSON.stringify(state, (key, value: unknown) => {
      if (value === null || typeof value === "object") return value;
      return key.endsWith("_at") || key.endsWith("day") || key.endsWith("id") ? String(value) : same(value);
    }),
  );
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

/** The greatest of them, or 0 where none is above. */
const greatest = (values: readonly bigint[]): bigint =>
  values.reduce((most, value) => (value > most ? value : most), 0n);

/** What the oracle says the database must hold. */
export function expectedAccounting(
  fills: readonly Fill[],
  rows: readonly (Row & { readonly id: string })[],
  strategies: readonly string[],
): unknown {
  const joined = fills.map((fill, index) => {
    const row = rows[index] as Row & {
      readonly id: string;
      readonly executed_at: string;
      readonly account: string;
    };
    return {
      fill,
      row,
      strategy: (row["strategy_id"] as string | null | undefined) ?? null,
      oracle: {
        id: row.id,
        executedAt: Temporal.Instant.from(row.executed_at).epochNanoseconds / 1000n,
        side: fill.side,
        quantity: fill.quantity,
        price: fill.price,
        multiplier: multiplierOf[fill.symbol],
        busted: fill.busted,
      },
    };
  });
  const groups = Map.groupBy(joined, ({ row, strategy, fill }) =>
    JSON.stringify([strategy, row.account, fill.symbol]),
  );
  const pnl = new Map<string, bigint>();
  const tradeRows: Row[] = [];
  const positions: Row[] = [];
  for (const members of groups.values()) {
    const accounted = accountByAverageCost(members.map(({ oracle }) => oracle));
    const sequence = members.toSorted((a, b) =>
      a.oracle.executedAt === b.oracle.executedAt
        ? a.oracle.id < b.oracle.id
          ? -1
          : 1
        : a.oracle.executedAt < b.oracle.executedAt
          ? -1
          : 1,
    );
    sequence.forEach(({ row, strategy }, index) => {
      const upTo = accountByAverageCost(sequence.slice(0, index + 1).map(({ oracle }) => oracle));
      tradeRows.push({
        id: row.id,
        strategy_id: strategy,
        realized_pnl: accounted.pnlById.get(row.id),
        position_quantity: upTo.quantity,
        position_cost_basis: upTo.costBasis,
      });
      pnl.set(row.id, scale54(accounted.pnlById.get(row.id) ?? "0"));
    });
    const first = sequence[0];
    const last = sequence.at(-1);
    if (first === undefined || last === undefined) continue;
    positions.push({
      strategy_id: first.strategy,
      account: first.row.account,
      symbol: first.fill.symbol,
      quantity: accounted.quantity,
      cost_basis: accounted.costBasis,
      average_entry_price: averageOf(accounted.costBasis, accounted.quantity),
      realized_pnl: accounted.realizedPnl,
      fill_count: members.filter(({ fill }) => !fill.busted).length,
      first_fill_at: new Date(first.row.executed_at),
      last_fill_at: new Date(last.row.executed_at),
      last_fill_id: last.row.id,
    });
  }

  const counted = joined.filter(({ strategy, fill }) => strategy !== null && !fill.busted);
  const parts = counted.flatMap(({ row, strategy, fill }) => {
    const realized = pnl.get(row.id) ?? 0n;
    const notional = scale18(fill.quantity) * scale18(fill.price) * scale18(multiplierOf[fill.symbol]);
    const key = { strategy_id: strategy as string, day: row.executed_at.slice(0, 10), account: row.account };
    return [
      {
        ...key,
        currency: "USD",
        trades: 1n,
        buys: fill.side === "buy" ? 1n : 0n,
        closesLong: fill.side === "sell",
        realized,
        squared: realized * realized,
        bought: fill.side === "buy" ? notional : 0n,
        sold: fill.side === "sell" ? notional : 0n,
        fee: 0n,
      },
      {
        ...key,
        currency: fill.feeCurrency,
        trades: 0n,
        buys: 0n,
        closesLong: false,
        realized: 0n,
        squared: 0n,
        bought: 0n,
        sold: 0n,
        fee: scale18(fill.fee),
      },
    ];
  });
  const sums = (members: typeof parts) => {
    const profits = members.map(({ realized }) => (realized > 0n ? realized : 0n));
    const losses = members.map(({ realized }) => (realized < 0n ? -realized : 0n));
    return {
      trades: sum(members.map(({ trades }) => trades)),
      wins: profits.filter((value) => value > 0n).length,
      losses: losses.filter((value) => value > 0n).length,
      profit: plain(sum(profits), 54),
      loss: plain(sum(losses), 54),
      pnl: plain(sum(profits) - sum(losses), 54),
      fees: plain(sum(members.map(({ fee }) => fee)), 18),
    };
  };
  const days = [
    ...Map.groupBy(parts, (part) =>
      JSON.stringify([part.strategy_id, part.day, part.account, part.currency]),
    ).values(),
  ]
    .map((members) => {
      const [first] = members;
      const total = sums(members);
      return {
        strategy_id: first?.strategy_id,
        trading_day: new Date(`${first?.day}T00:00:00`),
        account: first?.account,
        currency: first?.currency,
        trade_count: total.trades.toString(),
        buy_count: sum(members.map(({ buys }) => buys)).toString(),
        winning_trades: total.wins,
        losing_trades: total.losses,
        long_winning_trades: members.filter((part) => part.closesLong && part.realized > 0n).length,
        long_losing_trades: members.filter((part) => part.closesLong && part.realized < 0n).length,
        gross_profit: total.profit,
        gross_loss: total.loss,
        realized_pnl: total.pnl,
        largest_win: plain(greatest(members.map(({ realized }) => realized)), 54),
        largest_loss: plain(greatest(members.map(({ realized }) => -realized)), 54),
        // All fills are there still.
        purged_largest_win: "0",
        purged_largest_loss: "0",
        realized_pnl_squared: plain(sum(members.map(({ squared }) => squared)), 108),
        buy_notional: plain(sum(members.map(({ bought }) => bought)), 54),
        sell_notional: plain(sum(members.map(({ sold }) => sold)), 54),
        fees: total.fees,
      };
    })
    .filter((day) => day.trade_count !== "0" || day.fees !== "0");
  const totals = strategies.map((id) => {
    const total = sums(parts.filter((part) => part.strategy_id === id && part.currency === "USD"));
    return {
      id,
      total_trades: total.trades.toString(),
      winning_trades: total.wins,
      losing_trades: total.losses,
      gross_profit: total.profit,
      gross_loss: total.loss,
      total_realized_pnl: total.pnl,
      total_fees: total.fees,
    };
  });
  return {
    trades: tradeRows.toSorted((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1)),
    positions: positions.toSorted((a, b) =>
      compareKeys(
        [a["strategy_id"], a["account"], a["symbol"]],
        [b["strategy_id"], b["account"], b["symbol"]],
      ),
    ),
    days: days.toSorted((a, b) =>
      compareKeys(
        [a.strategy_id, a.trading_day.getTime(), a.account, a.currency],
        [b.strategy_id, b.trading_day.getTime(), b.account, b.currency],
      ),
    ),
    totals,
  };
}

/** As PostgreSQL sorts ascending: NULL last. */
function compareKeys(a: readonly unknown[], b: readonly unknown[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (left === right) continue;
    if (left === null) return 1;
    if (right === null) return -1;
    return (left as string | number) < (right as string | number) ? -1 : 1;
  }
  return 0;
}

function scale18(text: string): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole) * 10n ** 18n + BigInt(fraction.padEnd(18, "0"));
}

function scale54(text: string): bigint {
  const negative = text.startsWith("-");
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const value = BigInt(whole) * 10n ** 54n + BigInt(fraction.padEnd(54, "0"));
  return negative ? -value : value;
}

function averageOf(cost: string, quantity: string): string | null {
  const [whole = "0", fraction = ""] = cost.split(".");
  const cost36 = BigInt(whole) * 10n ** 36n + BigInt(fraction.padEnd(36, "0"));
  const held = scale18(quantity.replace("-", ""));
  return held === 0n ? null : plain(cost36 / held, 18);
}
