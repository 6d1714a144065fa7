// What the TSDoc of each method says it throws, read from the source of the interfaces; what it throws is seen by the tests.
import { readFile } from "node:fs/promises";
import type { RepositoryName } from "./repository-inputs.ts";

/** Where the interfaces of the repositories are written. */
export const interfaceSources: Readonly<Record<RepositoryName, string>> = {
  marketData: "../market-data/market-data.ts",
  orders: "../orders/orders.ts",
  trades: "../trades/trades.ts",
  positions: "../positions/positions.ts",
  strategies: "../strategies/strategies.ts",
  portfolio: "../portfolio/portfolio.ts",
  reconciliation: "../reconciliation/reconciliation.ts",
  logs: "../logs/logs.ts",
  audit: "../audit/audit.ts",
};

const documentedMethod = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+(\w+)[<(]/gu;

/** The classes of errors each method of a repository names; one that says `@throws as another` names those of the other. */
export async function declaredErrors(
  name: RepositoryName,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const source = await readFile(new URL(interfaceSources[name], import.meta.url), "utf8");
  const texts = new Map(
    [...source.matchAll(documentedMethod)].map(([, text = "", method = ""]) => [method, text]),
  );
  const errorsOf = (method: string): readonly string[] => {
    const text = texts.get(method) ?? "";
    const own = [...text.matchAll(/@throws \{(\w+)\}/gu)].map(([, error = ""]) => error);
    const [, other] = /@throws as (\w+)/u.exec(text) ?? [];
    return other === undefined ? own : [...own, ...errorsOf(other)];
  };
  return new Map([...texts.keys()].map((method) => [method, new Set(errorsOf(method))]));
}
