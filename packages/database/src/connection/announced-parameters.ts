// What a server announces about itself at login and afterwards: version, role, encoding. pg does not hand it on, and its
// types do not describe the message. Not the meaning of any parameter (server-version.ts, server-role.ts).

import type { Client } from "pg";

/** Notes what a server announces to a client that is about to log in; the map changes as the server announces changes. */
export function announcedParameters(client: Client): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  client.connection.on(
    "parameterStatus",
    ({ parameterName, parameterValue }: { parameterName?: unknown; parameterValue?: unknown }) => {
      if (typeof parameterName === "string" && typeof parameterValue === "string") {
        parameters.set(parameterName, parameterValue);
      }
    },
  );
  return parameters;
}
