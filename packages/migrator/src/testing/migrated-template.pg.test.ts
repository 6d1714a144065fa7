// What a test gets that asks for the declared schema: were it ordinary tables on an edition with chunks, hundreds of tests
// would prove nothing there and say nothing.
import { parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { timeSeries } from "@app/schema";
import { expect, it } from "vitest";
import { createMigrator } from "../migrator.ts";
import { queryOnce } from "../time-series/move/seeded-database.ts";
import { migratedTemplate } from "./migrated-template.ts";

it("keeps every declared time series in chunks where the edition has them, and is as declared", async () => {
  await using database = await createTestDatabase({ template: migratedTemplate });
  const { url, edition } = database;
  const declared = timeSeries.hypertables.map(({ table }) => table).toSorted();
  const [extension] = await queryOnce(
    url,
    "select count(*)::int as found from pg_extension where extname = 'timescaledb'",
  );
  expect(extension).toEqual({ found: edition === "postgres" ? 0 : 1 });
  if (edition !== "postgres") {
    const hypertables = await queryOnce(
      url,
      "select hypertable_name as name from timescaledb_information.hypertables where hypertable_schema = 'public' order by hypertable_name collate \"C\"",
    );
    expect(hypertables.map(({ name }) => name)).toEqual(declared);
    const due = await queryOnce(
      url,
      "select job_id, application_name from timescaledb_information.jobs where job_id >= 1000 and not (scheduled and next_start > now() + interval '1 hour')",
    );
    expect(due).toEqual([]);
  }
  expect(await createMigrator({ connection: parseConnection(url) }).verify()).toMatchObject({
    differences: [],
  });
});
