// The pages of docs/ against the public API: every method is named on its page, no table of methods names one that is gone, and
// no page is missing. Reads the API as public-api.test.ts compares it.
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";

const root = new URL("../../../", import.meta.url);

/** Interfaces with methods, by the page that describes them. */
const pages: Readonly<Record<string, readonly string[]>> = {
  "database.md": ["TradingData"],
  "logs.md": ["LogReads", "Logs", "LogWriter", "AuditReads", "Audit"],
  "market-data.md": ["MarketDataReads", "MarketDataInTransaction", "MarketData"],
  "orders.md": ["OrderReads", "Orders"],
  "portfolio.md": ["PortfolioReads", "Portfolio"],
  "positions.md": ["Positions"],
  "reconciliation.md": ["Reconciliation"],
  "strategies.md": ["StrategyReads", "Strategies"],
  "trades.md": ["TradeReads", "Trades"],
};

let methods: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  const api = await readFile(new URL("snapshots/repositories.txt", import.meta.url), "utf8");
  const interfaces = [...api.matchAll(/^export interface (\w+)[^{]*\{\n([\s\S]*?)^\}/gmu)];
  methods = new Map(
    interfaces
      .map(([, name = "", body = ""]) => {
        const found = [...body.matchAll(/^ {4}(\w+)[<(]/gmu)].map(([, method = ""]) => method);
        return [name, found] as const;
      })
      .filter(([, found]) => found.length > 0),
  );
});

const methodsOf = (page: string): readonly string[] =>
  (pages[page] ?? []).flatMap((name) => methods.get(name) ?? []);

/** Words within backticks; an example is no description. */
const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.replaceAll(/^```[\s\S]*?^```/gmu, "").matchAll(/`([^`]+)`/gu)].flatMap(
      ([, code = ""]) => code.match(/\w+/gu) ?? [],
    ),
  );

/** The names at the beginning of each piece of code in the first column of the tables of methods. */
function tabledMethods(text: string): readonly string[] {
  const tables = text.matchAll(/^\| method \|.*\n\|[-| ]+\n((?:\|.*\n)+)/gmu);
  const cells = [...tables].flatMap(([, rows = ""]) =>
    rows.split("\n").map((row) => row.replaceAll("\\|", "").split("|")[1] ?? ""),
  );
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)/gu)].map(([, name = ""]) => name));
}

describe("the pages of the repositories", () => {
  it("are of every interface that has methods", () => {
    expect([...methods.keys()].toSorted()).toEqual(Object.values(pages).flat().toSorted());
  });

  describe.each(Object.keys(pages))("%s", (page) => {
    it("names every method", async () => {
      const words = wordsOf(await readFile(new URL(`docs/${page}`, root), "utf8"));
      expect(methodsOf(page).length).toBeGreaterThan(0);
      expect(methodsOf(page).filter((method) => !words.has(method))).toEqual([]);
    });

    it("has no method in its tables that is not there", async () => {
      const named = tabledMethods(await readFile(new URL(`docs/${page}`, root), "utf8"));
      expect(named.filter((name) => !methodsOf(page).includes(name))).toEqual([]);
    });
  });
});
