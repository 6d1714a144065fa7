// The keeper's process: `node keeper-process.ts <kind> <instance directory>`, started detached by a command.
// Its standard output and error are the keeper's log. It ends with exit code 0 when there is nothing left to keep.
import { findBinaries } from "../embedded/binaries.ts";
import { instanceAt, instanceKinds } from "../embedded/instance.ts";
import { decideServerAccount } from "../embedded/server-account.ts";
import { startKeeper } from "./keeper.ts";
import { rendezvousAddress } from "./rendezvous.ts";
import { readToken } from "./token.ts";

const [, , given, directory] = process.argv;
const kind = instanceKinds.find((name) => name === given);
if (kind === undefined || directory === undefined) {
  throw new Error(`usage: keeper-process.ts <${instanceKinds.join("|")}> <instance directory>`);
}
const instance = instanceAt(kind, directory);
const token = readToken(instance);
if (token === undefined) throw new Error(`no token in ${instance.tokenFile}`);

const log = (text: string): void => {
  process.stderr.write(`${new Date().toISOString()} [${process.pid}] ${text}\n`);
};
const keeper = await startKeeper({
  instance,
  binaries: findBinaries(),
  account: decideServerAccount(instance.ownerReference),
  address: rendezvousAddress(instance.directory),
  token,
  log,
  onDone() {
    log("nothing left to keep");
    // The last words to the clients are on their way; a moment later nothing must be left of us.
    setTimeout(() => process.exit(0), 5);
  },
});

if (keeper === undefined) {
  log("another keeper is there already");
} else {
  log(`keeping ${instance.dataDirectory}`);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => keeper.shutDown());
  // A closing terminal is no reason to take the server away from other commands.
  process.on("SIGHUP", () => {});
}
