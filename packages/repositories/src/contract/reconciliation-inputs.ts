// What reconciliation takes: every method with valid arguments and the kind of each field.
import { createId } from "../identity/time-ordered-id.ts";
import type { Reconciliation } from "../reconciliation/reconciliation.ts";
import { bound, code, decimal, id, moment, named, word } from "./input-kind.ts";
import type { Contract } from "./method-case.ts";

const since = Temporal.Instant.from("2026-03-02T09:00:00Z");
const until = since.add({ hours: 1 });
const strategyId = createId(since);

/** Every method of the reconciliation. */
export const reconciliationInputs: Contract<Reconciliation> = {
  reconcile: [
    {
      args: [
        {
          from: since,
          to: until,
          account: "main",
          strategyId,
          checks: ["orders"],
          averagePriceTolerance: "0.0001",
        },
      ],
      shapes: [
        {
          from: bound,
          to: bound,
          account: code(100),
          strategyId: id,
          checks: [word],
          averagePriceTolerance: decimal.notNegative,
        },
      ],
      wrongTogether: [
        { argument: 0, values: { from: until, to: since }, field: "to" },
        { argument: 0, values: { to: since.add({ hours: 3_660 * 24 + 1 }) }, field: "to" },
      ],
    },
  ],
  compareStatement: [
    {
      args: [
        {
          account: "main",
          exchange: "XTEST",
          openOrders: [
            {
              venueOrderId: "V-1",
              clientOrderId: "client",
              symbol: "BTC-USD",
              side: "buy",
              quantity: "1",
              filledQuantity: "0",
              limitPrice: "100",
            },
          ],
          positions: [{ symbol: "BTC-USD", quantity: "-1" }],
          fills: {
            from: since,
            to: until,
            list: [
              {
                exchangeTradeId: "trade",
                symbol: "BTC-USD",
                side: "buy",
                executedAt: since,
                quantity: "1",
                price: "100",
                fee: "0.1",
              },
            ],
          },
        },
      ],
      shapes: [
        {
          account: code(100),
          exchange: code(50),
          openOrders: [
            {
              venueOrderId: code(200),
              clientOrderId: code(200),
              symbol: code(100),
              side: word,
              quantity: decimal.positive,
              filledQuantity: decimal.notNegative,
              limitPrice: decimal.positive,
            },
          ],
          positions: [{ symbol: code(100), quantity: decimal.any }],
          fills: {
            from: named("from", bound),
            to: named("to", bound),
            list: [
              {
                exchangeTradeId: code(200),
                symbol: code(100),
                side: word,
                executedAt: moment,
                quantity: decimal.positive,
                price: decimal.positive,
                fee: decimal.any,
              },
            ],
          },
        },
      ],
      wrongTogether: [
        {
          argument: 0,
          values: { fills: { from: since, to: since.add({ hours: 366 * 24 + 1 }), list: [] } },
          field: "to",
        },
        { argument: 0, values: { fills: { from: until, to: since, list: [] } }, field: "to" },
      ],
    },
  ],
};
