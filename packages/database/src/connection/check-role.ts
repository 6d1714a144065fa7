// Holds a fresh login against the kind of server that was asked for. Not the meaning of the kinds (server-role.ts).

import { UnavailableError } from "../errors/database-error.ts";
import type { ConnectionSettings } from "./connection-settings.ts";
import { HostFailure } from "./host-chooser.ts";
import { describeHost, type HostAddress } from "./host-address.ts";
import type { Session } from "./session.ts";
import { askRole, reasonAgainst, roleOf } from "./server-role.ts";

/** The settings for one of the hosts alone; the first for an index there is not. */
export function settingsAt(settings: ConnectionSettings, hostIndex: number): ConnectionSettings {
  return settings.with({ hosts: [hostAt(settings, hostIndex)] });
}

function hostAt(settings: ConnectionSettings, hostIndex: number): HostAddress {
  return settings.hosts[hostIndex] ?? settings.hosts[0];
}

/** @throws {HostFailure} the server plays another part; it may change soon, so that the failure is worth another try */
export async function requireRole(
  session: Pick<Session, "query">,
  announced: ReadonlyMap<string, string>,
  settings: ConnectionSettings,
  hostIndex: number,
): Promise<void> {
  const target = settings.targetSessionAttributes;
  if (target === "any") return;
  const reason = reasonAgainst(roleOf(announced) ?? (await askRole(session)), target);
  if (reason === undefined) return;
  const sentence = `The server at ${describeHost(hostAt(settings, hostIndex))} ${reason}; ${settings.label} asks for target_session_attrs=${target}.`;
  throw new HostFailure(hostIndex, new UnavailableError(sentence, { isRetryable: true }), true);
}
