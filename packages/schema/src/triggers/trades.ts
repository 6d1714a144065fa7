// Triggers of trades: fills stay as they were executed, are accounted per statement, and belong to real orders.
import { writtenByCaller } from "../functions/written-by-caller.ts";
import { type RepeatableObject, sqlTrigger } from "../repeatable-object.ts";
import { trades } from "../tables/trades.ts";
import { immutableColumns, storedColumns } from "./immutable-columns.ts";
import { keepsRecordsSinceRecording } from "./record-keeping.ts";

/** What becomes known about a fill later: each change is audited. */
const evidence = ["busted_at", "bust_reason", "retain_until", "raw_payload"];
const computed = ["realized_pnl", "position_quantity", "position_cost_basis"];

/** What may change on a fill after it was recorded; `guard_fill` says how. */
const changeable = ["strategy_id", ...evidence, ...computed];

const row = (side: "old" | "new", columns: readonly string[]) =>
  columns.map((column) => `${side}.${column}`).join(", ");

const triggers = [
  ...keepsRecordsSinceRecording("trades", "executed_at"),
  immutableColumns(
    trades,
    storedColumns(trades, changeable),
    "what was executed cannot be changed; bust the trade and record the right one as its next correction.",
  ),
  // The accounting's own updates, one for each fill, pass by the WHEN clause without a call.
  sqlTrigger(
    "trades",
    "b_guard",
    /* sql */ `
before update of strategy_id, busted_at, ${computed.join(", ")} on trades
for each row when (${writtenByCaller("'trades'::regclass", 0)}
  or (${row("old", ["strategy_id", "busted_at"])}) is distinct from (${row("new", ["strategy_id", "busted_at"])}))
execute function guard_fill()`,
  ),
  sqlTrigger(
    "trades",
    "b_guard_evidence",
    /* sql */ `
before update of bust_reason, raw_payload on trades
for each row
execute function guard_fill()`,
  ),
  sqlTrigger(
    "trades",
    "c_account_new",
    /* sql */ `
after insert on trades
referencing new table as new_fills
for each statement
execute function account_new_fills()`,
  ),
  // The roll-up comes before the accounting of a bust, so that what the bust takes away is taken away first.
  sqlTrigger(
    "trades",
    "d_roll_up",
    /* sql */ `
after update on trades
referencing old table as old_fills new table as new_fills
for each statement
execute function roll_up_performance()`,
  ),
  sqlTrigger(
    "trades",
    "e_account_changed",
    /* sql */ `
after update on trades
referencing old table as old_fills new table as new_fills
for each statement
execute function account_changed_fills()`,
  ),
  sqlTrigger(
    "trades",
    "f_order_exists",
    /* sql */ `
after insert on trades
deferrable initially deferred
for each row when (new.order_id is not null)
execute function require_order('trades', 'order_id', 'executed_at')`,
    true,
  ),
  sqlTrigger(
    "trades",
    "g_note_purged",
    /* sql */ `
after delete on trades
for each row
execute function note_purged_fill()`,
  ),
  sqlTrigger(
    "trades",
    "h_audit",
    /* sql */ `
after update of ${evidence.join(", ")} on trades
for each row when ((${row("old", evidence)}) is distinct from (${row("new", evidence)}))
execute function audit_row('trades', ${computed.map((column) => `'${column}'`).join(", ")})`,
  ),
];

/** What was written while one of them was off is accounted by nobody, and later fills would go on from wrong positions. */
export const tradeTriggers: readonly RepeatableObject[] = triggers.map((trigger) => ({
  ...trigger,
  afterwards: "SELECT rebuild_accounting()",
}));
