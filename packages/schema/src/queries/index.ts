// The catalogued queries as a door of their own: what the repositories send, without the table builder behind it, whose
// import costs 0.6 s and 100 MB that no backend needs at run time.
export {
  type CataloguedQuery,
  type QueryClass,
  type QueryParameter,
  queryParameterTypes,
} from "./catalogued-query.ts";
export { keptPlans } from "./kept-plans.ts";
export { queryCatalogue, type QueryName } from "./query-catalogue.ts";
export { orderColumns } from "./orders.ts";
export { orderEventColumns } from "./order-events.ts";
export { selectList } from "./select-list.ts";
export { strategyColumns } from "./strategies.ts";
export { earlyFillDays, usualFillDays } from "./usual-fills.ts";
