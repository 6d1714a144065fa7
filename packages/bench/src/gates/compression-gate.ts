// What columns saved of each table: the chunks before and after, as the server counts them. On an edition without columnstore the
// figures are not available, which is neither kept nor missed.
import { timeSeries } from "@app/schema";
import { type Finding, judge } from "../measuring/finding.ts";
import type { TableCompression } from "../results/bench-report.ts";
import type { Gate, GateContext } from "./gate.ts";

/** Least share that is to be saved of each table. */
const LEAST_SAVED = 0.7;

/** Rows below which a table says nothing: a chunk in columns has the pages of an empty one beside it. */
const LEAST_ROWS = 1_000;

async function compressionOf({ data }: GateContext, table: string): Promise<TableCompression> {
  const { rows } = await data.query<{
    readonly chunks: number | null;
    readonly before: number | null;
    readonly after: number | null;
  }>(
    `select number_compressed_chunks::int as chunks, before_compression_total_bytes::float8 as before,
       after_compression_total_bytes::float8 as after
     from hypertable_columnstore_stats($1::text::regclass)`,
    [`public.${table}`],
  );
  const [stats] = rows;
  return {
    table,
    chunksInColumns: stats?.chunks ?? 0,
    bytesBefore: stats?.before ?? 0,
    bytesAfter: stats?.after ?? 0,
  };
}

async function hasEnough({ data }: GateContext, table: string): Promise<boolean> {
  const { rows } = await data.query(`select from ${table} limit ${LEAST_ROWS}`);
  return rows.length === LEAST_ROWS;
}

/** The gate of compression. */
export const compressionGate: Gate = {
  name: "compression",
  about: "what columns save of each table",
  async *run(context): AsyncGenerator<Finding, void, undefined> {
    const tables = timeSeries.hypertables.filter(({ columnstore }) => columnstore !== undefined);
    for (const { table } of tables) {
      const measured = { benchmark: "compression", subject: `${table}, share saved` };
      if (context.edition !== "timescale") {
        const note = `Not available: the edition ${context.edition} has no columnstore.`;
        yield judge({ ...measured, note }, Number.NaN, "ratio", { better: "larger" });
        continue;
      }
      if (!(await hasEnough(context, table))) {
        const note = `Fewer than ${LEAST_ROWS} rows were seeded, which say nothing.`;
        yield judge({ ...measured, note }, Number.NaN, "ratio", { better: "larger" });
        continue;
      }
      const found = await compressionOf(context, table);
      context.record.compression.set(table, found);
      yield judge(
        {
          ...measured,
          bound: { kind: "at least", value: LEAST_SAVED },
          note:
            found.chunksInColumns === 0
              ? "No chunk is in columns."
              : `${found.chunksInColumns} chunks in columns`,
        },
        found.chunksInColumns === 0 ? Number.NaN : 1 - found.bytesAfter / found.bytesBefore,
        "ratio",
      );
    }
  },
};
