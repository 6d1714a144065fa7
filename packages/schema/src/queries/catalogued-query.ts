// A catalogued query: a named question the data layer answers, with the indexes that answer it. Every index must
// be named by one (an index nobody asks for costs every write), and the plans are checked on a real server.

/** What kind of question it is. */
const queryClasses = ["market_data", "trade_history", "strategy_metrics", "operations"] as const;

/** Class of a query. */
export type QueryClass = (typeof queryClasses)[number];

/** SQL type of each parameter a catalogued query may take, by name. */
export const queryParameterTypes = {
  account: "text",
  actor: "text",
  bucket: "interval",
  carried: "jsonb",
  changes: "jsonb",
  clientOrderId: "text",
  component: "text",
  context: "jsonb",
  correlationId: "text",
  currency: "text",
  cursorAccount: "text",
  cursorExchange: "text",
  cursorId: "uuid",
  cursorMilliseconds: "double precision",
  cursorSymbol: "text",
  cursorTime: "timestamp with time zone",
  depth: "numeric",
  entityId: "text",
  entityType: "text",
  equities: "jsonb",
  exchange: "text",
  exchangeTradeId: "text",
  executionId: "text",
  field: "text",
  from: "timestamp with time zone",
  fromDay: "date",
  id: "uuid",
  ids: "uuid[]",
  includeBusted: "boolean",
  indicators: "integer",
  keys: "jsonb",
  kind: "text",
  knownAt: "timestamp with time zone",
  limit: "integer",
  markPrice: "numeric",
  marks: "jsonb",
  milliseconds: "double precision",
  minimumLevel: "log_level",
  name: "text",
  onlyAccount: "text",
  onlyComponent: "text",
  onlyCorrelationId: "text",
  onlyStrategyId: "uuid",
  orderId: "uuid",
  pnlSign: "integer",
  resolution: "text",
  seconds: "double precision",
  side: "order_side",
  strategyId: "uuid",
  strategyStatuses: "strategy_status[]",
  symbol: "text",
  symbols: "text[]",
  tag: "text",
  text: "text",
  timeframe: "timeframe",
  to: "timestamp with time zone",
  toDay: "date",
  toId: "uuid",
  trips: "jsonb",
  venueOrderId: "text",
  version: "integer",
  wholeFrom: "timestamp with time zone",
  wholeTo: "timestamp with time zone",
} as const;

/** Name of a parameter. */
export type QueryParameter = keyof typeof queryParameterTypes;

/** A named question, its SQL, and what answers it. */
export interface CataloguedQuery<Name extends string = string> {
  /** table.question */
  readonly name: Name;
  readonly class: QueryClass;
  /** Parameters in the order of $1, $2, ... */
  readonly parameters: readonly QueryParameter[];
  readonly sql: string;
  /** Indexes its plan uses once the tables have lifelike contents. */
  readonly indexes: readonly string[];
}

/**
 * Makes a catalogued query. Parameters are written `:name` in the SQL and numbered here, in the order they first
 * appear.
 *
 * @throws RangeError on a parameter that `queryParameterTypes` does not name.
 */
export function catalogued<const Name extends string>(
  name: Name,
  queryClass: QueryClass,
  indexes: readonly string[],
  text: string,
): CataloguedQuery<Name> {
  const parameters: QueryParameter[] = [];
  const sql = text.trim().replaceAll(/(?<!:):([a-z]\w*)/gi, (_, word: string) => {
    if (!isQueryParameter(word)) throw new RangeError(`Query ${name} has an unknown parameter :${word}.`);
    if (!parameters.includes(word)) parameters.push(word);
    return `$${parameters.indexOf(word) + 1}::${queryParameterTypes[word]}`;
  });
  return { name, class: queryClass, parameters, sql, indexes };
}

function isQueryParameter(word: string): word is QueryParameter {
  return Object.hasOwn(queryParameterTypes, word);
}
