// quickstart on an empty database, as a person meets it, twice.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { connectDirect, parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { unmigratedTemplate } from "@app/migrator/testing";
import { expect, it } from "vitest";

const MAIN = fileURLToPath(new URL("../../../bin.js", import.meta.url));

async function quickstart(url: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const env = { ...process.env, DATABASE_URL: url, NO_COLOR: "1", FORCE_COLOR: undefined };
    execFile(process.execPath, [MAIN, "quickstart"], { env }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${stdout}${stderr}`, { cause: error }));
    });
  });
}

it("goes from an empty database to bars on the screen, and a second time adds nothing", async () => {
  await using database = await createTestDatabase({ template: unmigratedTemplate });
  const first = await quickstart(database.url);
  expect(first).toMatch(/^Schema +\d+ steps applied/m);
  expect(first).toMatch(/^Sample +BTC-PERP 1m: 45,031 new bars/m);
  expect(first).toMatch(/sample +BTC-PERP +1m +2021-12-31 23:01 +2022-02-01 05:31 +45,031 +38,/);
  expect(first).toMatch(/^Latest price +BTC-PERP 38,[\d.]+ at 2022-02-01 05:31 UTC$/m);
  expect(first.match(/^ +0(?:1-31|2-01) \d{2}:00 .* %/gm)).toHaveLength(24);
  expect(first).toMatch(/^ +38,755\.\d\d [┤┼]/m);
  expect(first).toMatch(/^ +36,851\.\d\d [┤┼]/m);
  expect(first).toMatch(/^ +2022-01-31 05:32 +2022-02-01 05:31$/m);
  expect(first.split("\n").filter((line) => line.length > 80 && !line.startsWith("Database"))).toEqual([]);
  expect(first).toContain("┤");
  for (const query of ["series in the database", "latest price", "24 hourly candles", "last 1,440 bars"]) {
    expect(first).toMatch(new RegExp(`${query}.*\\d (?:ms|s) +[\\d.]+ (?:ms|s)$`, "m"));
  }
  // The password of the address is nobody's business on a screen.
  expect(first).not.toContain(new URL(database.url).password);

  await using connection = await connectDirect(parseConnection(database.url));
  const state = async (): Promise<unknown> =>
    (
      await connection.query(
        `select count(*) as bars, max(ingested_at) as written, (select json_agg(s order by symbol) from market_series s) as series
         from market_data`,
      )
    ).rows[0];
  const before = await state();
  expect(before).toMatchObject({ bars: 45_031n });

  const second = await quickstart(database.url);
  expect(second).toMatch(/^Schema +up to date, nothing to apply/m);
  expect(second).toMatch(/^Sample +BTC-PERP 1m: 45,031 bars already there, 0 new/m);
  expect(await state()).toEqual(before);
}, 120_000);
