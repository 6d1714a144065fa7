// How an order is named: by our id, by the venue's, or by the name we gave it. Types and their check; find-order.ts looks it up.
// Invariant: a reference that could mean two orders is refused.
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { onlyOneOf } from "../input/owner-field.ts";
import { namedCode } from "../input/text-field.ts";
import type { QueryValues } from "../statements/catalogued-statement.ts";

/** Which order is meant: by our id, by the venue's, or by the name we gave it. Exactly one of them. */
export type OrderReference =
  | { readonly orderId: string }
  | { readonly exchange: string; readonly venueOrderId: string }
  | { readonly account: string; readonly exchange: string; readonly clientOrderId: string };

/** A reference by a name of the order rather than its id. */
export type OrderName = Exclude<OrderReference, { readonly orderId: string }>;

/** A name that was checked. */
export interface CheckedName {
  readonly by: "client_order_id" | "venue_order_id";
  readonly values: QueryValues;
  /** As a message says it. */
  readonly shown: string;
}

/** A reference that was checked. */
export type CheckedReference = { readonly by: "id"; readonly orderId: string } | CheckedName;

const nameAlternatives = [
  ["venueOrderId", "exchange"],
  ["clientOrderId", "account", "exchange"],
] as const;

/** @throws {InvalidInputError} naming the field of the reference that cannot be, or `order` where it is not clear which is meant */
export function checkReference(reference: OrderReference): CheckedReference {
  const word = onlyOneOf("order", reference, [["orderId"], ...nameAlternatives]);
  if (word !== "orderId") return checkedName(word, reference);
  const orderId = timeOrderedId("orderId", Reflect.get(reference, "orderId"));
  return { by: "id", orderId };
}

/** @throws {InvalidInputError} naming the field of the name that cannot be, or `name` where it is not clear which is meant */
export function checkName(name: OrderName): CheckedName {
  return checkedName(onlyOneOf("name", name, nameAlternatives), name);
}

function checkedName(word: (typeof nameAlternatives)[number][0], name: object): CheckedName {
  const part = (field: string): unknown => Reflect.get(name, field);
  const exchange = namedCode("exchange", part("exchange"));
  if (word === "venueOrderId") {
    const venueOrderId = namedCode("venueOrderId", part("venueOrderId"));
    const values = { exchange, venueOrderId };
    return { by: "venue_order_id", values, shown: `${venueOrderId} on ${exchange}` };
  }
  const account = namedCode("account", part("account"));
  const clientOrderId = namedCode("clientOrderId", part("clientOrderId"));
  const values = { account, exchange, clientOrderId };
  return { by: "client_order_id", values, shown: `${clientOrderId} of ${account} on ${exchange}` };
}
