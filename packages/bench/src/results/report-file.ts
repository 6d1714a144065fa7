// A report as a file of JSON: written so that a person can read its differences, and checked on reading. No judgement.
// Invariant: what is read is a report of this format, or an error says in one sentence why it is none. JSON has no word for "no number"
// nor for "not there"; both are null, and which is meant is told by the field.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { BenchReport } from "./bench-report.ts";

/** A file that is no report this version can read. */
export class ReportFileError extends Error {
  override readonly name = "ReportFileError";
  readonly path: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path} is no benchmark report that can be read: ${reason}`, options);
    this.path = path;
  }
}

const FORMAT = 3;

const figure = z.nullable(z.number()).transform((value) => value ?? Number.NaN);
const absent = <Value extends z.ZodType>(schema: Value) =>
  z.nullish(schema).transform((value) => value ?? undefined);
const text = z.string().min(1);
const count = z.int().nonnegative();
const instant = z.iso.datetime({ offset: false });
const pair = z.tuple([figure, figure]);

const latency = z.object({ calls: count, median: figure, p95: figure, p99: figure });

const finding = z.object({
  benchmark: text,
  subject: text,
  reference: absent(text),
  unit: z.enum(["ratio", "ms", "MiB"]),
  figure,
  spread: absent(pair),
  interval: absent(pair),
  better: z.enum(["smaller", "larger"]),
  bound: absent(z.object({ kind: z.enum(["at most", "at least", "under"]), value: figure })),
  isKept: absent(z.boolean()),
  latency: absent(latency),
  referenceLatency: absent(latency),
  note: absent(text),
});

const workload = z.object({
  name: text,
  class: z.enum(["market_data", "trade_history", "strategy_metrics", "operations", "write", "mixed"]),
  temperature: z.enum(["warm", "cold", "first_call"]),
  connections: count,
  intendedRate: absent(z.number()),
  achievedRate: figure,
  latency,
  histogram: z.array(z.object({ upperBound: z.number(), calls: count })),
  rows: absent(z.number()),
});

const report: z.ZodType<BenchReport> = z.object({
  format: z.literal(FORMAT),
  startedAt: instant,
  finishedAt: instant,
  machine: z.object({
    platform: text,
    architecture: text,
    processor: z.string(),
    cores: count,
    memoryBytes: count,
    node: text,
    // Reports from before it was written were made without any.
    nodeOptions: z.string().default(""),
  }),
  server: z.object({
    edition: z.enum(["postgres", "timescale", "timescale-apache"]),
    postgresVersion: text,
    timescaleVersion: absent(text),
    settings: z.record(z.string(), z.string()),
  }),
  dataset: z.object({
    profile: text,
    seed: z.number(),
    rowsByTable: z.record(z.string(), z.number()),
    seeding: absent(z.object({ seconds: figure, barsPerSecond: figure })),
  }),
  findings: z.array(finding),
  workloads: z.array(workload),
  compression: z.array(
    z.object({ table: text, chunksInColumns: count, bytesBefore: count, bytesAfter: count }),
  ),
  growth: z.array(
    z.object({
      workload: text,
      points: z.array(z.object({ scale: z.number(), medianMilliseconds: figure })),
    }),
  ),
  indexUse: absent(z.object({ queries: count, sequential: z.array(text), unusedIndexes: z.array(text) })),
  slowest: absent(z.object({ workload: text, p99Milliseconds: figure, plan: z.string() })),
});

const anyFormat = z.object({ format: z.number() });

/** The text of `report.json`. */
export function encodeReport(written: BenchReport): string {
  const json = JSON.stringify(written, (_, value: unknown) => (value === undefined ? null : value), 2);
  // A bucket a line: a hundred of them would otherwise take four hundred.
  return `${json.replaceAll(/\{\s+("upperBound": [^\n]+)\s+("calls": \d+)\s+\}/gu, "{ $1 $2 }")}\n`;
}

/**
 * @param path only named in errors
 * @throws {ReportFileError} where the text is no report of this format
 */
export function decodeReport(json: string, path: string): BenchReport {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ReportFileError(path, "it is not JSON.", { cause });
  }
  const format = anyFormat.safeParse(value).data?.format;
  if (format === undefined) throw new ReportFileError(path, 'it has no "format", as every report has.');
  if (format !== FORMAT) {
    const remedy = format < FORMAT ? "measure anew" : "read it with the version that wrote it";
    throw new ReportFileError(path, `it has format ${format}, and this version reads ${FORMAT}; ${remedy}.`);
  }
  const parsed = report.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ReportFileError(path, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unknown"}.`);
}

/**
 * Reads `report.json` of a run, or a baseline.
 * @throws {ReportFileError} where there is no such file, or it is no report of this format
 */
export async function readReport(path: string): Promise<BenchReport> {
  let json: string;
  try {
    json = await readFile(path, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw new ReportFileError(path, reason === "ENOENT" ? "there is no such file." : `${reason}.`, { cause });
  }
  return decodeReport(json, path);
}
