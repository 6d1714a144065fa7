import { expect, test } from "vitest";

import { parseConnection } from "../connection/parse-connection.ts";
import { InvalidInputError } from "../errors/database-error.ts";
import type { DatabaseOptions } from "./database.ts";
import { createDatabase } from "./pooled-database.ts";

function replica(target: string) {
  return parseConnection(`postgresql://u@localhost/d?target_session_attrs=${target}`);
}

test.each<[string, DatabaseOptions]>([
  ["poolSize", { poolSize: 0 }],
  ["poolSize", { poolSize: 1.5 }],
  ["maxReplicaLagMilliseconds", { maxReplicaLagMilliseconds: -1 }],
  ["maxReplicaLagMilliseconds", { maxReplicaLagMilliseconds: Number.NaN }],
  ["replicas[1]", { replicas: [replica("any"), replica("read-write")] }],
  ["replicas[0]", { replicas: [replica("primary")] }],
  // Node would make a timer of 1 ms of it.
  ["timeouts.query", { timeouts: { query: 2 ** 31 } }],
  ["timeouts.lock", { timeouts: { lock: -1 } }],
  ["timeouts.statement", { timeouts: { statement: Number.NaN } }],
  // As JavaScript, or a configuration file, gives them.
  ["timeouts.statment", { timeouts: JSON.parse('{"statment":1}') }],
  ["poolsize", JSON.parse('{"poolsize":5}')],
])("a wrong %s is refused by name before any connection", (field, options) => {
  let thrown: unknown;
  try {
    createDatabase(parseConnection("postgresql://u@localhost/d"), options);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(InvalidInputError);
  expect(thrown).toMatchObject({ field });
});
