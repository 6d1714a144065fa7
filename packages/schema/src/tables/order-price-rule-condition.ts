// The check that an order carries the prices its type asks for, made from the rules in vocabulary/order-type.ts.
import { type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import {
  type FieldRule,
  type OrderPriceRule,
  orderPriceRules,
  orderTypes,
} from "../vocabulary/order-type.ts";

type PriceColumns = { readonly type: AnyPgColumn } & Readonly<Record<keyof OrderPriceRule, AnyPgColumn>>;

function fieldCondition(column: AnyPgColumn, rule: FieldRule): SQL | undefined {
  switch (rule) {
    case "required":
      return sql`${column} is not null`;
    case "forbidden":
      return sql`${column} is null`;
    case "optional":
      return undefined;
    default:
      return rule satisfies never;
  }
}

/** `case type when 'market' then limit_price is null and ... end` over every order type. */
export function orderPriceRuleCondition(columns: PriceColumns): SQL {
  const branches = orderTypes.map((type) => {
    const rule = orderPriceRules[type];
    const conditions = [
      fieldCondition(columns.limitPrice, rule.limitPrice),
      fieldCondition(columns.stopPrice, rule.stopPrice),
      fieldCondition(columns.trailingOffset, rule.trailingOffset),
    ].filter((condition) => condition !== undefined);
    return sql`when ${sql.raw(`'${type}'`)} then ${sql.join(conditions, sql` and `)}`;
  });
  return sql`case ${columns.type} ${sql.join(branches, sql` `)} else false end`;
}
