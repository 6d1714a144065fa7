// Logs a client out, and cuts the socket when the server does not answer. Not the draining of a pool.
// Invariant: it always returns within the deadline.

import type { Client } from "pg";

/** How long a server has to answer a log-out: one that went silent never does. */
export const goodbyeMilliseconds = 2000;

/** Ends a client politely; after `goodbyeMilliseconds` of silence by destroying its socket. */
export async function endClient(client: Client): Promise<void> {
  const deadline = setTimeout(() => {
    client.connection.stream.destroy();
  }, goodbyeMilliseconds);
  try {
    await client.end();
  } finally {
    clearTimeout(deadline);
  }
}
