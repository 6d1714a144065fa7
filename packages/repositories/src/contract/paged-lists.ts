// Every list that comes in pages, with rows that are there and rows that arrive while it is read. Held to the methods that give
// a page, so that a new one without an entry does not compile. Data for the tests of this folder.
import { byId, field, type ListsOf, whole } from "./paged-list.ts";
import { pagedBarLists } from "./paged-bar-lists.ts";
import { createPagedRows, start } from "./paged-rows.ts";
import type { RepositoryName } from "./repository-inputs.ts";
import { now } from "../time/now.ts";
import type { TradingData } from "../trading-data.ts";

/** Every list of every repository. */
export type PagedLists = { readonly [Name in RepositoryName]: ListsOf<TradingData[Name]> };

/** @returns the lists over a database that nobody else works with */
export function createPagedLists(data: TradingData): PagedLists {
  const rows = createPagedRows(data);
  const { next, submit, fill, createStrategy, snapshot, log, audit } = rows;
  const account = (): { readonly account: string } => ({ account: next().name });
  const position = () => ({ ...account(), strategyId: null, exchange: "XTEST", symbol: next().name });

  return {
    marketData: pagedBarLists(data, rows),
    orders: {
      listOpen: async () => {
        const of = account();
        return {
          add: (days) => submit(days, of),
          read: (page) => data.orders.listOpen(of, page),
          keyOf: byId,
        };
      },
      listExpiring: async () => ({
        add: (days) =>
          submit(days, {
            timeInForce: "gtd",
            expiresAt: start.add({ hours: 5_000 - Math.round(days * 24) }),
          }),
        read: (page) => data.orders.listExpiring({ ...page, before: whole.to }),
        keyOf: byId,
        readOther: null,
      }),
      list: async () => {
        const of = account();
        return { add: (days) => submit(days, of), read: (page) => data.orders.list(of, page), keyOf: byId };
      },
      listChildren: async () => {
        const { id } = await submit(300, account());
        return {
          add: (days) => submit(days, { parentOrderId: id }),
          read: (page) => data.orders.listChildren(id, page),
          keyOf: byId,
        };
      },
      listHistory: async () => {
        const { id } = await submit(0, account());
        return {
          add() {
            const { name, at } = next();
            return data.orders.applyExecutionReport({
              type: "fill",
              order: { orderId: id },
              executionId: name,
              transactTime: at,
              quantity: "1",
              price: "100",
              settlementCurrency: "USD",
              source: "test",
            });
          },
          read: (page) => data.orders.listHistory(id, page),
          keyOf: byId,
        };
      },
      listEvents: async () => {
        const of = account();
        return {
          add: (days) => submit(days, of),
          read: (page) => data.orders.listEvents(of, page),
          keyOf: byId,
        };
      },
      listKnownAt: async () => {
        const of = account();
        const knownAt = now().add({ hours: 1 });
        return {
          add: (days) => submit(days, of),
          read: (page) => data.orders.listKnownAt(of, { ...page, knownAt }),
          keyOf: byId,
        };
      },
    },
    trades: {
      list: async () => {
        const of = account();
        return {
          add: (days) => fill(days, of),
          read: (page) => data.trades.list(of, page),
          keyOf: byId,
          readOther: (page) => data.trades.list(of, { ...page, side: "buy" }),
        };
      },
      listBusted: async () => ({
        async add(days) {
          const { id, executedAt } = await fill(days, { symbol: next().name });
          await data.trades.bust(id, { bustedAt: executedAt, reason: null });
        },
        read: (page) => data.trades.listBusted(page),
        keyOf: byId,
        readOther: null,
      }),
      listRoundTrips: async () => {
        const of = position();
        return {
          async add(days) {
            await fill(days, of);
            await fill(days, of, "sell", 1);
          },
          read: (page) => data.trades.listRoundTrips(of, page),
          keyOf: field("openedBy", "closedBy"),
        };
      },
    },
    positions: {
      listOpen: async () => {
        const of = account();
        return {
          add: (days) => fill(days, { ...of, symbol: next().name }),
          read: (page) => data.positions.listOpen(of, page),
          keyOf: byId,
        };
      },
      listFills: async () => {
        const of = position();
        return {
          add: (days) => fill(days, of),
          read: (page) => data.positions.listFills(of, page),
          keyOf: byId,
        };
      },
    },
    strategies: {
      list: async () => ({
        add: createStrategy,
        read: (page) => data.strategies.list(page),
        keyOf: byId,
        readOther: (page) => data.strategies.list({ ...page, status: "draft" }),
      }),
      listActive: async () => ({
        add: async (days) => data.strategies.activate((await createStrategy(days)).id),
        read: (page) => data.strategies.listActive(page),
        keyOf: byId,
        readOther: null,
      }),
    },
    portfolio: {
      list: async () => {
        const of = { ...account(), currency: "USD" };
        return {
          add: (days) => snapshot(days, of),
          read: (page) => data.portfolio.list(of, page),
          keyOf: byId,
        };
      },
      listByStrategy: async () => {
        const { id: strategyId } = await createStrategy(300);
        return {
          add: (days) => snapshot(days, { ...account(), strategyId }),
          read: (page) => data.portfolio.listByStrategy(strategyId, page),
          keyOf: byId,
        };
      },
      listDeepDrawdowns: async () => {
        const of = account();
        await snapshot(300, { ...of, equity: "1000", cash: "1000" });
        return {
          add: (days) => snapshot(days, of),
          read: (page) => data.portfolio.listDeepDrawdowns(of.account, page),
          keyOf: byId,
        };
      },
      listMarginPressure: async () => {
        const of = account();
        return {
          add: (days) => snapshot(days, { ...of, marginUsedPercentage: "90" }),
          read: (page) => data.portfolio.listMarginPressure(of.account, page),
          keyOf: byId,
        };
      },
    },
    reconciliation: {},
    logs: {
      list: async () => {
        const component = next().name;
        return {
          add: (days) => log(days, component),
          read: (page) => data.logs.list({ ...page, ...whole, component }),
          keyOf: byId,
          readOther: (page) => data.logs.list({ ...page, ...whole, component, minimumLevel: "warn" }),
        };
      },
      listProblems: async () => {
        const component = next().name;
        return {
          add: (days) => log(days, component),
          read: (page) => data.logs.listProblems({ ...page, ...whole, component }),
          keyOf: byId,
        };
      },
      listSlow: async () => {
        const component = next().name;
        return {
          add: (days) => log(days, component),
          read: (page) => data.logs.listSlow({ ...page, ...whole, component }),
          keyOf: byId,
        };
      },
      searchContext: async () => {
        const component = next().name;
        return {
          add: (days) => log(days, component),
          read: (page) => data.logs.searchContext({ component }, { ...page, ...whole }),
          keyOf: byId,
        };
      },
      searchMessage: async () => {
        const component = next().name;
        return {
          add: (days) => log(days, component),
          read: (page) => data.logs.searchMessage(component.replace(" ", ""), { ...page, ...whole }),
          keyOf: byId,
        };
      },
    },
    audit: {
      list: async () => ({
        add: (days) => audit(days, next().name),
        read: (page) => data.audit.list({ ...page, to: whole.to }),
        keyOf: byId,
        readOther: null,
      }),
      listByEntity: async () => {
        const entityId = next().name;
        return {
          add: (days) => audit(days, entityId),
          read: (page) => data.audit.listByEntity({ entityType: "service", entityId }, page),
          keyOf: byId,
        };
      },
      listByActor: async () => {
        const { actor } = await audit(0, next().name);
        return {
          add: (days) => audit(days, next().name),
          read: (page) => data.audit.listByActor(actor, { ...page, to: whole.to }),
          keyOf: byId,
          readOther: (page) => data.audit.listByActor("somebody else", { ...page, to: whole.to }),
        };
      },
      searchChanges: async () => {
        const status = next().name;
        return {
          add: (days) => audit(days, status),
          read: (page) => data.audit.searchChanges({ status }, page),
          keyOf: byId,
        };
      },
    },
  };
}
