// Imports one file into one series: opens it, reads it as bars, stores them. Says what happened, prints nothing.
import { basename } from "node:path";
import type { MarketData, SeriesKey } from "@app/repositories";
import { BarFileError, DamagedFileError } from "../../bar-files/bar-file-error.ts";
import type { ColumnChoice } from "../../bar-files/column-map.ts";
import { openBarFile } from "../../bar-files/open-bar-file.ts";
import { openRows } from "../../bar-files/open-rows.ts";
import { readBars } from "../../bar-files/read-bars.ts";
import { createRejectsFile } from "../../bar-files/rejects-file.ts";
import type { ProgressState } from "../../terminal/progress.ts";

/**
 * Bars per transaction: large enough that its overhead vanishes, small enough that a kill costs little and that the
 * batches under way stay small: measured, 20,000 take 20 MiB more and save no time.
 */
const BATCH_BARS = 10_000;

/** What to import and how. */
export interface ImportRequest {
  readonly path: string;
  readonly series: SeriesKey;
  /** @defaultValue the file's name */
  readonly source?: string | undefined;
  readonly indicators: boolean;
  readonly keepRaw: boolean;
  readonly columns: ColumnChoice;
  /** @defaultValue the file's path and `.rejects.csv` */
  readonly rejectsPath?: string | undefined;
  readonly onProgress?: ((state: ProgressState) => void) | undefined;
  /** Told when stored bars have to be gone over again for their indicators. */
  readonly onRefreshed?: ((bars: number) => void) | undefined;
}

/** What an import did. */
export interface ImportReport {
  readonly path: string;
  readonly series: SeriesKey;
  readonly source: string;
  /** What the rows were, and what their numbers count. */
  readonly rows: "bars" | "trades";
  readonly counts: "line" | "item";
  readonly accepted: number;
  readonly refused: number;
  readonly firstRefusals: readonly { readonly number: number; readonly reason: string }[];
  readonly rejectsPath: string;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly hasVolume: boolean;
  readonly unusedColumns: readonly string[];
  readonly indicators: boolean;
  /** Stored bars whose indicators had to be computed anew afterwards. */
  readonly refreshed: number;
  /** Why the file could not be read to its end, and how far it was read. */
  readonly damage: { readonly reason: string; readonly lastNumber: number } | undefined;
  /** Whether stored bars were left as they are, because the file's rows may have been altered. */
  readonly onlyMissing: boolean;
  readonly milliseconds: number;
}

/** Gives BarFileErrors the name of the file, as the subject of their sentence. */
export async function nameFile<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BarFileError) throw new BarFileError(`${path} ${error.message}`, { cause: error });
    throw error;
  }
}

/**
 * @throws BarFileError where nothing of the file can be read
 * @throws DatabaseError where the server refuses or is gone; what was reported as stored stays
 */
export async function runImport(marketData: MarketData, request: ImportRequest): Promise<ImportReport> {
  const began = performance.now();
  const { path, series, onProgress } = request;
  return await nameFile(path, async () => {
    await using file = await openBarFile(path);
    // Before anything is stored: a row that was altered on the way must not take the place of a good bar.
    const alteration = await file.findAlteration();
    const rows = await openRows(file, request.columns);
    const rejectsPath = request.rejectsPath ?? `${path}.rejects.csv`;
    const rejects = createRejectsFile(rejectsPath, rows.counts);
    const tally = { lastNumber: 0, rows: 0, good: 0 };
    const source = request.source ?? basename(path);
    let damage: ImportReport["damage"];
    let stored = 0;
    const report = (): void => onProgress?.({ done: file.bytesRead(), total: file.totalBytes, rows: stored });

    async function* batches(): ReturnType<typeof readBars> {
      const options = {
        timeframe: series.timeframe,
        batchSize: BATCH_BARS,
        keepRaw: request.keepRaw,
        now: Date.now() * 1_000,
      };
      try {
        for await (const batch of readBars(rows, rejects, options, tally)) {
          report();
          yield batch;
        }
      } catch (error) {
        // The bars before the damage are good; they are stored and finished like any others.
        if (!(error instanceof DamagedFileError)) throw error;
        damage = { reason: error.message, lastNumber: tally.lastNumber };
      }
    }

    report();
    const result = await marketData
      .importBars(series, batches(), {
        source,
        indicators: request.indicators,
        onlyMissing: alteration !== undefined,
        onCommitted: (counts) => {
          stored = counts.inserted + counts.updated + counts.unchanged;
          report();
        },
        onRefreshed: request.onRefreshed,
      })
      .catch((error: unknown) => {
        rejects.abandon();
        throw error;
      });
    rejects.close();
    return {
      path,
      series,
      source,
      rows: rows.columns.rows,
      counts: rows.counts,
      accepted: tally.good,
      refused: rejects.count,
      firstRefusals: rejects.first,
      rejectsPath,
      inserted: result.inserted,
      updated: result.updated,
      unchanged: result.unchanged,
      hasVolume: rows.columns.rows === "trades" || rows.columns.at.volume !== undefined,
      unusedColumns: rows.columns.unused,
      indicators: request.indicators,
      refreshed: result.refreshed,
      damage,
      onlyMissing: alteration !== undefined,
      milliseconds: performance.now() - began,
    };
  });
}
