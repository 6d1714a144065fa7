// The repository of orders: what a backend can do with orders and ask of them. Each method's work is in a file of its own.
import type { Queryable } from "@app/database";
import type { Owner } from "../input/owner-field.ts";
import type { LookUpOptions } from "../paging/history.ts";
import type { HistoryOptions, Page, PageOptions } from "../paging/page.ts";
import { streamPages } from "../paging/stream-pages.ts";
import { type OpenTimeRange, rangeFields } from "../input/instant-field.ts";
import { knownOptions } from "../input/known-fields.ts";
import type { Scope } from "../statements/scope.ts";
import { applyExecutionReport } from "./apply-report.ts";
import { type Bracket, type NewBracket, submitBracket } from "./bracket.ts";
import type { ExecutionReport, ReportResult } from "./execution-report.ts";
import { findByName, findOrder, getByName, getOrder } from "./find-order.ts";
import { listChildOrders, listOrders, type OrderFilter } from "./list-orders.ts";
import { type ExpiringOptions, listExpiringOrders, listOpenOrders } from "./open-orders.ts";
import type { NewOrder, Order, OrderEvent } from "./order.ts";
import type { OrderName } from "./order-reference.ts";
import {
  findOrderKnownAt,
  getOrderKnownAt,
  type KnownAtOptions,
  listOrderEvents,
  listOrderHistory,
  listOrdersKnownAt,
  type OrderEventFilter,
} from "./order-history.ts";
import { type OrderRequest, requestOrderChange } from "./order-requests.ts";
import { submitOrder, submitOrders } from "./submit-orders.ts";

/** What can be asked of orders. Every method throws InvalidInputError, naming the field, before it sends anything. */
export interface OrderReads {
  /** The order of an id, from the one chunk its time names. @throws {NotFoundError} no such order */
  get(orderId: string): Promise<Order>;
  /** As get, or undefined. */
  find(orderId: string): Promise<Order | undefined>;
  /**
   * The order of a client id (FIX tag 11) or venue id (tag 37): the one that works, else the newest. Without `from`, one that is done is sought
   * back to the beginning.
   * @throws {NotFoundError} no such order
   */
  getByName(name: OrderName, options?: LookUpOptions): Promise<Order>;
  /** As getByName, or undefined. */
  findByName(name: OrderName, options?: LookUpOptions): Promise<Order | undefined>;
  /** Orders that may still be executed, newest first, whatever their age. */
  listOpen(owner: Owner, options?: PageOptions): Promise<Page<Order>>;
  /** Open orders whose time is up before a moment (FIX tag 126, ExpireTime), the first to expire first. */
  listExpiring(options: ExpiringOptions): Promise<Page<Order>>;
  /** Orders by strategy, account, instrument, or the rejected ones, newest first; `from` and `to` are of `createdAt`. */
  list(filter: OrderFilter, options?: HistoryOptions): Promise<Page<Order>>;
  /** All of a list, page by page, in the memory of one page of 1,000. */
  stream(filter: OrderFilter, range?: OpenTimeRange): AsyncIterable<Order>;
  /** The orders that hang on one, oldest first. */
  listChildren(parentOrderId: string, options?: PageOptions): Promise<Page<Order>>;
  /** Every step of an order, oldest first. */
  listHistory(orderId: string, options?: PageOptions): Promise<Page<OrderEvent>>;
  /** Steps of many orders, newest first; `from` and `to` are of `eventTime`. */
  listEvents(filter: OrderEventFilter, options?: HistoryOptions): Promise<Page<OrderEvent>>;
  /** The order as it was known at a moment. @throws {NotFoundError} nothing was recorded of it by then */
  getKnownAt(orderId: string, options: KnownAtOptions): Promise<OrderEvent>;
  /** As getKnownAt, or undefined. */
  findKnownAt(orderId: string, options: KnownAtOptions): Promise<OrderEvent | undefined>;
  /** The orders of an owner as they were known at a moment, newest first. */
  listKnownAt(owner: Owner, options: KnownAtOptions & HistoryOptions): Promise<Page<OrderEvent>>;
}

/** Orders: submitted, reported on, asked for. Every write is one transaction, and done once however often it is sent. */
export interface Orders extends OrderReads {
  /**
   * Puts a new order into the database, as pending_new. An order of this id that is there already is returned as it is now.
   * @throws {ConflictError} it was submitted with other contents, or its name is that of another working order of the account
   */
  submit(order: NewOrder): Promise<Order>;
  /** Submits up to 10,000 orders in one statement, all or none. @throws as submit, naming the order by its index */
  submitMany(orders: readonly NewOrder[]): Promise<readonly Order[]>;
  /** Submits an entry with a stop and a limit child, all or none. @throws as submit, naming the part */
  submitBracket(bracket: NewBracket): Promise<Bracket>;
  /**
   * Applies what the venue says of an order. A report that comes twice, late or out of order does what FIX says: the result
   * tells whether it changed anything.
   * @throws {NotFoundError} no such order, or no such fill to take back
   * @throws {ConflictError} a fill recorded with other contents, of a rejected order, or beyond the order's quantity; a fill to
   * take back where the order has more than 1,000 of that name, corrections included
   */
  applyExecutionReport(report: ExecutionReport): Promise<ReportResult>;
  /**
   * Marks an order as asked to be canceled.
   * @throws {NotFoundError} no such order
   * @throws {ConflictError} it has changed since `expectedVersion`, or is done
   */
  requestCancel(orderId: string, request: OrderRequest): Promise<Order>;
  /** Marks an order as asked to be replaced; the new terms come with the venue's report. @throws as requestCancel */
  requestReplace(orderId: string, request: OrderRequest): Promise<Order>;
}

/** @returns what can be asked of orders through a scope, a read replica's included */
export function createOrderReads(scope: Queryable): OrderReads {
  return {
    get: (orderId) => getOrder(scope, orderId),
    find: (orderId) => findOrder(scope, orderId),
    getByName: (name, options) => getByName(scope, name, options),
    findByName: (name, options) => findByName(scope, name, options),
    listOpen: (owner, options) => listOpenOrders(scope, owner, options),
    listExpiring: (options) => listExpiringOrders(scope, options),
    list: (filter, options) => listOrders(scope, filter, options),
    stream: (filter, range = {}) =>
      streamPages((page) =>
        listOrders(scope, filter, { ...knownOptions("range", range, rangeFields), ...page }),
      ),
    listChildren: (parentOrderId, options) => listChildOrders(scope, parentOrderId, options),
    listHistory: (orderId, options) => listOrderHistory(scope, orderId, options),
    listEvents: (filter, options) => listOrderEvents(scope, filter, options),
    getKnownAt: (orderId, options) => getOrderKnownAt(scope, orderId, options),
    findKnownAt: (orderId, options) => findOrderKnownAt(scope, orderId, options),
    listKnownAt: (owner, options) => listOrdersKnownAt(scope, owner, options),
  };
}

/** @returns the repository of orders */
export function createOrders(scope: Scope): Orders {
  return {
    ...createOrderReads(scope),
    submit: (order) => submitOrder(scope, order),
    submitMany: (orders) => submitOrders(scope, orders),
    submitBracket: (bracket) => submitBracket(scope, bracket),
    applyExecutionReport: (report) => applyExecutionReport(scope, report),
    requestCancel: (orderId, request) => requestOrderChange(scope, orderId, "pending_cancel", request),
    requestReplace: (orderId, request) => requestOrderChange(scope, orderId, "pending_replace", request),
  };
}
