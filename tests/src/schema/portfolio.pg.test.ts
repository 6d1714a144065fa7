// Portfolio snapshots on a real server: percentages, and a running peak that holds for any order of arrival.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refusedBy } from "../fixtures/client.ts";
import { insertRow, insertRows } from "../fixtures/insert.ts";
import { snapshotRow, strategyRow } from "../fixtures/rows.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const database = useDatabase();
const query = database.rows;

let run = 0;

describe("the running peak", () => {
  it("is that of a sorted scan for any order and batching of arrival", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -50, max: 200 }), { minLength: 1, maxLength: 20 }),
        fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 20, maxLength: 20 }),
        async (equities, keys, sizes) => {
          const account = `curve ${(run += 1)}`;
          // Every second snapshot shares its moment with the one before.
          const rows = equities.map((equity, index) => ({
            ...snapshotRow({ account, equity: String(equity), cash: "0" }, Math.floor(index / 2) * 40_000),
          }));
          const arriving = rows
            .map((row, index) => ({ row, key: keys[index] ?? 0 }))
            .toSorted((a, b) => a.key - b.key);
          for (const size of sizes) {
            await insertRows(
              database.client,
              "portfolio_snapshots",
              arriving.splice(0, size).map(({ row }) => row),
            );
          }
          const stored = await query(
            `select equity::float, peak_equity::float as peak, drawdown::float, drawdown_percentage::float as percentage
             from portfolio_snapshots where account = $1 order by taken_at, id`,
            [account],
          );
          let peak = -Infinity;
          const expected = stored.map(({ equity }) => {
            const value = Number(equity);
            peak = Math.max(peak, value);
            const percentage =
              peak > 0 ? Math.min(100, Math.round(((peak - value) / peak) * 1e8) / 1e6) : null;
            return {
              equity: value,
              peak,
              drawdown: peak - value,
              percentage: percentage === null ? null : expect.closeTo(percentage, 5),
            };
          });
          expect(stored).toHaveLength(equities.length);
          expect(stored).toEqual(expected);
        },
      ),
      { numRuns: 40, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
    );
  });

  it("keeps accounts, strategies and currencies apart", async () => {
    const strategy = strategyRow();
    await insertRow(database.client, "strategies", strategy);
    await insertRows(database.client, "portfolio_snapshots", [
      snapshotRow({ account: "apart", strategy_id: null, equity: "500" }, 1),
      snapshotRow({ account: "apart", strategy_id: strategy.id, equity: "100" }, 2),
      snapshotRow({ account: "apart", strategy_id: null, currency: "EUR", equity: "50" }, 3),
      snapshotRow({ account: "other", strategy_id: null, equity: "10" }, 4),
    ]);
    expect(
      await query(
        "select peak_equity::float as peak from portfolio_snapshots where account in ('apart', 'other') order by taken_at",
      ),
    ).toEqual([{ peak: 500 }, { peak: 100 }, { peak: 50 }, { peak: 10 }]);
  });

  it("cannot be given, set or argued with", async () => {
    expect(
      await refusedBy(insertRow(database.client, "portfolio_snapshots", snapshotRow({ peak_equity: "900" }))),
    ).toBe("portfolio_snapshots_peak_computed");
    await insertRow(database.client, "portfolio_snapshots", snapshotRow());
    expect(await refusedBy(query("update portfolio_snapshots set peak_equity = 900"))).toBe(
      "portfolio_snapshots_peak_computed",
    );
    expect(await refusedBy(query("update portfolio_snapshots set equity = 900"))).toBe(
      "portfolio_snapshots_immutable",
    );
  });
});

describe("a snapshot", () => {
  it.each([
    ["portfolio_snapshots_percentages_range", { margin_used_percentage: "100.5" }],
    ["portfolio_snapshots_percentages_range", { largest_position_percentage: "-1" }],
    ["portfolio_snapshots_percentages_range", { margin_used_percentage: "NaN" }],
    ["portfolio_snapshots_amounts_exact", { equity: "NaN" }],
    ["portfolio_snapshots_amounts_exact", { short_exposure: "-1" }],
    ["portfolio_snapshots_value_at_risk_in_order", { value_at_risk_95: "9", value_at_risk_99: "8" }],
    ["portfolio_snapshots_holdings_is_array", { holdings: "{}" }],
  ])("is refused by %s: %o", async (constraint, overrides) => {
    expect(await refusedBy(insertRow(database.client, "portfolio_snapshots", snapshotRow(overrides)))).toBe(
      constraint,
    );
  });

  it("goes with its strategy, and not before its years by hand", async () => {
    const strategy = strategyRow();
    await insertRow(database.client, "strategies", strategy);
    await insertRow(database.client, "portfolio_snapshots", snapshotRow({ strategy_id: strategy.id }));
    expect(
      await refusedBy(query("delete from portfolio_snapshots where strategy_id = $1", [strategy.id])),
    ).toBe("portfolio_snapshots_kept_until");
    await query("delete from strategies where id = $1", [strategy.id]);
    expect(await query("select 1 from portfolio_snapshots where strategy_id = $1", [strategy.id])).toEqual(
      [],
    );
  });
});
