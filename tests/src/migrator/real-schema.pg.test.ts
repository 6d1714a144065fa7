// The schema of this repository through the migrator: up, down and up again, and what a way down does with rows.
import { describe, expect, it } from "vitest";
import { parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { createMigrator } from "@app/migrator";
import { readLiveCatalogue, unmigratedTemplate } from "@app/migrator/testing";
import { openClient } from "../fixtures/client.ts";
import { runCommand } from "../fixtures/command.ts";
import { insertRows } from "../fixtures/insert.ts";
import { barRow } from "../fixtures/rows.ts";

/** The objects of a database; TimescaleDB goes on counting in the names of the tables behind roll-ups. */
async function readObjects(url: string): Promise<unknown> {
  const { objects } = await readLiveCatalogue(url);
  return JSON.parse(JSON.stringify(objects).replaceAll(/(?<=_materialized_hypertable_)\d+/g, "n"));
}

describe("the schema", () => {
  it("goes up, down and up again to an identical catalogue", async () => {
    await using database = await createTestDatabase({ template: unmigratedTemplate });
    const migrator = createMigrator({ connection: parseConnection(database.url) });
    const before = await readLiveCatalogue(database.url);
    await migrator.apply();
    const up = await readObjects(database.url);
    expect(await migrator.rollback({ to: "none" })).toMatchObject({ version: null });
    expect(await readLiveCatalogue(database.url)).toEqual(before);
    await migrator.apply();
    expect(await readObjects(database.url)).toEqual(up);
    expect((await migrator.verify()).differences).toEqual([]);
  });

  it("keeps its rows when they would be lost, names them, and lets them go when told to", async () => {
    await using database = await createTestDatabase({ template: unmigratedTemplate });
    expect((await runCommand(["migrate"], database.url)).exitCode).toBe(0);
    const client = await openClient(database.url);
    try {
      await insertRows(client, "market_data", [
        barRow({ time: "2024-01-01T00:00:00Z" }),
        barRow({ time: "2024-01-01T00:01:00Z" }),
      ]);
      const refused = await runCommand(["migrate:rollback", "--to", "none"], database.url);
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
      expect(refused.stderr).toContain("table market_data has 2 rows; table market_series has 1 row");
      expect(refused.stderr).toContain("--allow-data-loss");
      expect((await client.query("SELECT FROM market_data")).rowCount).toBe(2);
      expect((await runCommand(["migrate:verify"], database.url)).exitCode).toBe(0);
      const allowed = await runCommand(
        ["migrate:rollback", "--to", "none", "--allow-data-loss"],
        database.url,
      );
      expect(allowed.exitCode).toBe(0);
      expect((await client.query("SELECT to_regclass('market_data') AS found")).rows).toEqual([
        { found: null },
      ]);
    } finally {
      await client.end();
    }
  });
});
