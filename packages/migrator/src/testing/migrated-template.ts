// The migrated database that tests clone: on the editions of TimescaleDB its time series lie in chunks, as in production. No
// job of a clone runs by itself: what a test counts, only the test changes.

import { connectDirect, parseConnection } from "@app/database";

import { migrateDatabase } from "../migrate-database.ts";
import { unmigratedTemplate } from "./unmigrated-template.ts";

// Put off rather than switched off, so that they are as declared. A clone lives for minutes.
const restJobs = /* sql */ `
select alter_job(job_id, next_start => now() + interval '1 day') from timescaledb_information.jobs where job_id >= 1000`;

/** What `createTestDatabase` clones for a test that works with the declared schema. */
export const migratedTemplate = {
  name: "the declared schema, in chunks where the edition has them",
  prepare: async (url: string, edition: string): Promise<void> => {
    await unmigratedTemplate.prepare(url, edition);
    await migrateDatabase(url);
    if (edition === "postgres") return;
    await using owner = await connectDirect(parseConnection(url));
    await owner.query(restJobs);
  },
};
