// Triggers of system_logs: a line names a strategy that is there. What happens when that is deleted is in strategies.ts.
import { sqlTrigger } from "../repeatable-object.ts";

export const systemLogTriggers = [
  sqlTrigger(
    "system_logs",
    "a_require_strategy",
    /* sql */ `
after insert or update of strategy_id on system_logs
for each row when (new.strategy_id is not null)
execute function require_strategy('system_logs', 'system_logs_strategy_id_fkey')`,
  ),
];
