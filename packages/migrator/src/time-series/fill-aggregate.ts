// Materialises an aggregate from what its source holds, range by range: each refresh is a transaction of its own that the
// server commits, so a kill loses one range. Repeating a range that is up to date costs next to nothing.

import {
  approximateMicroseconds,
  bucketColumn,
  type ContinuousAggregateDeclaration,
} from "@app/schema/time-series";
import { quoteIdentifier } from "@app/database";

import type { Run } from "../run.ts";
import { withLockRetry } from "../session/retry.ts";
import { runStatement } from "../session/run-statement.ts";
import { bucketsPerRange, literal, refreshRangeSql } from "./change-sql.ts";

/** Materialises everything older than the aggregate's end offset. */
export async function fillAggregate(run: Run, aggregate: ContinuousAggregateDeclaration): Promise<void> {
  const { session, connection, patience, onEvent } = run;
  const { name, table, finer, timeColumn, bucket, refresh } = aggregate;
  const source = `public.${quoteIdentifier(finer ?? table)}`;
  const time = quoteIdentifier(finer === undefined ? timeColumn : bucketColumn);
  const length = (approximateMicroseconds(bucket) / 1_000_000) * bucketsPerRange;
  const ranges = await session.query<{ from: string; to: string }>(
    `SELECT range_start::text AS "from", least(range_start + make_interval(secs => $1), bounds.last)::text AS "to"
     FROM (SELECT time_bucket(${literal(bucket)}::interval, min(${time})) AS first,
                  time_bucket(${literal(bucket)}::interval, least(max(${time}), now() - ${literal(refresh.endOffset)}::interval)) + ${literal(bucket)}::interval AS last
           FROM ${source}) AS bounds,
       generate_series(bounds.first, bounds.last, make_interval(secs => $1)) AS range_start
     WHERE range_start < bounds.last ORDER BY range_start`,
    [length],
  );
  for (const [index, { from, to }] of ranges.entries()) {
    const sql = refreshRangeSql(name, from, to);
    const place = {
      name: `aggregate ${name}`,
      statement: index + 1,
      statements: ranges.length,
      firstLine: sql,
    };
    await withLockRetry(
      {
        session,
        connection,
        name: `aggregate ${name}`,
        attempts: patience.attempts,
        lockTimeoutMs: patience.lockTimeoutMs,
        onEvent,
      },
      async () => runStatement(session, sql, place, "The ranges before it are kept."),
    );
    onEvent({
      type: "statement-done",
      name: `aggregate ${name}`,
      statement: index + 1,
      statements: ranges.length,
      durationMs: 0,
    });
  }
}
