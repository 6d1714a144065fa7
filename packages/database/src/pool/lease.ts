// A client taken out of the pool, with the session on it. Not the pool itself.
// Invariant: goes back exactly once, and only a connection that is idle and alive goes back for reuse.

import type { PoolClient } from "pg";

import { Session } from "../connection/session.ts";
import type { StatementNames } from "../connection/statement-names.ts";
import { UnavailableError } from "../errors/database-error.ts";

/** A client in use. */
export interface Lease {
  readonly session: Session;
  /** Cuts the connection, so that whatever waits for it fails. */
  destroy(): void;
  /** Gives the client back; `outcome` is the error the work ended with, if any. */
  release(outcome?: unknown): void;
}

/** Takes charge of a client the pool gave out. */
export function createLease(client: PoolClient, names: StatementNames, onRelease: () => void): Lease {
  const session = new Session(client, names);
  let isReleased = false;
  return {
    session,
    destroy() {
      client.connection.stream.destroy();
    },
    release(outcome) {
      if (isReleased) return;
      isReleased = true;
      session.retire(
        "The connection went back to the pool; await each statement before its transaction ends.",
      );
      // A session left inside a transaction would carry it into the next caller's work.
      const isIdle = client.getTransactionStatus() === "I";
      // A server that is unavailable (shutting down, or read-only since it failed over) is to be connected to afresh.
      client.release(session.failure !== undefined || !isIdle || outcome instanceof UnavailableError);
      session.detach();
      onRelease();
    },
  };
}
