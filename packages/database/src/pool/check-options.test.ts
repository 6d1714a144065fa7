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
