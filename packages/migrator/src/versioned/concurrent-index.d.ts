import type { MigrationStatement } from "../files/migration-statement.ts";
import type { MigrationSession } from "../session/session.ts";
/** What must be done, or has been done already, before a statement is sent (again). */
export type Readiness =
  | {
      readonly state: "run";
    }
  | {
      readonly state: "done";
    }
  | {
      readonly state: "drop-invalid";
      readonly indexes: readonly string[];
    }
  | {
      readonly state: "being-built";
      readonly index: string;
    };
/** Looks at the catalogue. `resumed`: an earlier run may have finished the statement without recording it. */
export declare function readinessOf(
  session: MigrationSession,
  statement: MigrationStatement,
  resumed: boolean,
): Promise<Readiness>;
/** Drops an index nobody can use. Outside a transaction. */
export declare function dropInvalidIndex(session: MigrationSession, index: string): Promise<void>;
