// A stand-in for any command of the CLI, run as a process by the tests: leases, says so, and works until told to end.
// usage: command.ts <data root>; prints one line of JSON, ends when its standard input does.
import { once } from "node:events";
import { resolveDatabaseUrl } from "../resolve-database-url.ts";

const database = await resolveDatabaseUrl({ dataRoot: process.argv[2] });
process.stdout.write(`${JSON.stringify({ url: database.url, source: database.source })}\n`);
process.stdin.resume();
await once(process.stdin, "end");
await database.release();
