// The client class of one pool: goes to the host that is to be tried, and remembers what its server announced.
// Not the round through the hosts (host-chooser.ts). Invariant: its failure to log in says which host it was.

import { Client } from "pg";

import { announcedParameters } from "../connection/announced-parameters.ts";
import { settingsAt } from "../connection/check-role.ts";
import { clientConfig, type SessionSetup } from "../connection/client-config.ts";
import { toConnectionError } from "../connection/connection-failure.ts";
import type { ConnectionSettings } from "../connection/connection-settings.ts";
import { type HostChooser, HostFailure } from "../connection/host-chooser.ts";

type ConnectCallback = ((error: Error) => void) | ((error: null, client: Client) => void);

/** A client of a pool. */
export interface HostedClient extends Client {
  readonly hostIndex: number;
  readonly announced: ReadonlyMap<string, string>;
}

/** Makes the class that the pool makes its clients of. */
export function createClientClass(
  settings: ConnectionSettings,
  setup: SessionSetup,
  chooser: HostChooser,
): new () => HostedClient {
  const places = settings.hosts.map((_, index) => settingsAt(settings, index));
  return class extends Client implements HostedClient {
    readonly hostIndex: number;
    readonly announced: ReadonlyMap<string, string>;
    readonly #here: ConnectionSettings;

    constructor() {
      const hostIndex = chooser.current;
      const here = places[hostIndex] ?? settings;
      super(clientConfig(here, setup));
      this.#here = here;
      this.hostIndex = hostIndex;
      this.announced = announcedParameters(this);
    }

    override connect(): Promise<Client>;
    override connect(callback: ConnectCallback): void;
    override connect(callback?: ConnectCallback): Promise<Client> | void {
      if (callback === undefined) return super.connect();
      // pg's types have one function type for failure and one for success; it calls the one callback for both.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
      const tell = callback as (error: Error | null, client?: Client) => void;
      super.connect((error: Error | null) => {
        if (error === null) tell(null, this);
        else tell(new HostFailure(this.hostIndex, toConnectionError(error, this.#here), false));
      });
      return undefined;
    }
  };
}
