// 100,000 amounts and 100,000 moments into the server and back, by both ways in: bit-equal, none rounded, none shifted.
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectDirect, type DirectConnection } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";
import { maximumMicroseconds, microsecondsToInstant, minimumMicroseconds } from "./instant.ts";

const COUNT = 100_000;
const BATCH = 20_000;

/** Up to 20 digits before the point and 18 behind it, as money is kept; every number of places as often as any other. */
const amounts = fc
  .tuple(
    fc.boolean(),
    fc
      .integer({ min: 0, max: 20 })
      .chain((digits) => fc.bigInt({ min: 0n, max: 10n ** BigInt(digits) - 1n })),
    fc
      .integer({ min: 0, max: 18 })
      .chain((places) =>
        fc
          .bigInt({ min: 0n, max: 10n ** BigInt(places) - 1n })
          .map((fraction) => (places === 0 ? "" : `.${String(fraction).padStart(places, "0")}`)),
      ),
  )
  .map(([isNegative, whole, fraction]) => {
    const text = `${whole}${fraction}`;
    return isNegative && /[1-9]/u.test(text) ? `-${text}` : text;
  });
const moments = fc.bigInt({ min: minimumMicroseconds, max: maximumMicroseconds }).map(microsecondsToInstant);

let database: TestDatabase;
let connection: DirectConnection;
const given = { amounts: fc.sample(amounts, COUNT), moments: fc.sample(moments, COUNT) };

beforeAll(async () => {
  database = await createTestDatabase();
  connection = await connectDirect(parseConnection(database.url));
  await connection.script("create temporary table kept (id int, amount numeric, moment timestamptz)");
});
afterAll(async () => {
  await connection.close();
  await database.drop();
});

/** How many rows came back otherwise than they were given, missing ones included. */
async function countDifferent(): Promise<number> {
  const { rows } = await connection.query<{ amount: string; moment: Temporal.Instant }>(
    "select amount, moment from kept order by id",
  );
  let different = COUNT - rows.length;
  for (const [index, { amount, moment }] of rows.entries()) {
    const isSame =
      amount === given.amounts[index] && moment.epochNanoseconds === given.moments[index]?.epochNanoseconds;
    if (!isSame) different += 1;
  }
  return different;
}

test("by binary COPY", async () => {
  await connection.script("truncate kept");
  const copy = await connection.openBinaryCopy({
    table: { name: "kept" },
    columns: [
      { name: "id", type: "int4" },
      { name: "amount", type: "numeric" },
      { name: "moment", type: "timestamptz" },
    ],
  });
  for (let index = 0; index < COUNT; index += 1) {
    const wait = copy.writeRow([index, given.amounts[index], given.moments[index]]);
    if (wait !== undefined) await wait;
  }
  await copy.end();
  expect(await countDifferent()).toBe(0);
});

test("by parameters", async () => {
  await connection.script("truncate kept");
  for (let start = 0; start < COUNT; start += BATCH) {
    await connection.query(
      "insert into kept select $1 + ordinality, amount, moment from unnest($2::numeric[], $3::timestamptz[]) with ordinality as given (amount, moment)",
      [start, given.amounts.slice(start, start + BATCH), given.moments.slice(start, start + BATCH)],
    );
  }
  expect(await countDifferent()).toBe(0);
});
