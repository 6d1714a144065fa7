// Takes versions back, in one transaction: the functions, triggers and views first, then the down files newest first,
// then the functions, triggers and views as they were at the version that stays. Rows that would be lost are counted
// under lock before anything is dropped.

import { readFile } from "node:fs/promises";

import { underLock } from "../apply.ts";
import { readFrozenRepeatables } from "../declared/frozen-repeatables.ts";
import { DataLossError, MigratorError } from "../errors.ts";
import type { MigrationFile } from "../files/migration-folder.ts";
import type { MigrationStatement } from "../files/migration-statement.ts";
import { controlsTransaction, splitStatements } from "../files/migration-statement.ts";
import { readSnapshot } from "../files/snapshot-file.ts";
import { normaliseText } from "../files/sql-text.ts";
import { removeFromLedger } from "../ledger/ledger.ts";
import type { MigratorContext } from "../migrator.ts";
import { runRepeatableChanges } from "../repeatable/apply-repeatables.ts";
import { repeatableChanges } from "../repeatable/repeatable-changes.ts";
import type { Run } from "../run.ts";
import { requireWritable } from "../session/preflight.ts";
import { withLockRetry } from "../session/retry.ts";
import { runStatement } from "../session/run-statement.ts";
import type { ServerDescription } from "../session/server-description.ts";
import { inTransaction } from "../session/transaction.ts";
import type { Declaration, Situation } from "../situation.ts";
import { readSituation, requireConsistent, withSession } from "../situation.ts";
import { declaredTimeSeries } from "../time-series/declared-state.ts";
import { dropTimeSeries } from "../time-series/drop-time-series.ts";
import { abandonMoves } from "../time-series/move/abandon-move.ts";
import type { DataLossOptions } from "./data-loss.ts";
import { describeLoss, findDataLoss } from "./data-loss.ts";
import type { RollbackTarget } from "./rollback-target.ts";
import { rollbackTarget } from "./rollback-target.ts";
import type { Removal } from "./snapshot.ts";
import { emptySnapshot, removalsAlong, type Snapshot } from "./snapshot.ts";

/** How far a rollback goes, and whether it may lose rows. */
export interface RollbackOptions {
  /** The version to keep, as number or name; `none` for an empty database. @defaultValue the one before the newest */
  readonly to?: string;
  /** Go on although rows or values would be lost. @defaultValue false */
  readonly allowDataLoss?: boolean;
}

/** What a rollback took back, and the version it left. */
export interface RollbackResult {
  readonly server: ServerDescription;
  /** Versions taken back, newest first; empty when there was nothing to take back. */
  readonly reverted: readonly string[];
  /** The newest version that is still applied; null when none is. */
  readonly version: string | null;
  readonly durationMs: number;
}

/** @throws DataLossError when rows would be lost and `allowDataLoss` is not set */
export async function rollback(context: MigratorContext, options: RollbackOptions): Promise<RollbackResult> {
  const start = performance.now();
  return withSession(context, async (session, declaration) => {
    const { connection, patience, onEvent } = context;
    const run: Run = { session, connection, patience, onEvent };
    const target = await underLock(context, session, async () => {
      const situation = await readSituation(session, declaration.folder);
      requireConsistent(situation);
      const found = rollbackTarget(declaration.folder, situation.history, options.to);
      if (found.revert.length > 0) {
        requireWritable(session.server);
        requireFinished(situation);
        await abandonMoves(run);
        await revert(run, declaration, situation, found, options.allowDataLoss === true);
      }
      return found;
    });
    return {
      server: session.server,
      reverted: target.revert.map(({ name }) => name),
      version: target.keep?.name ?? null,
      durationMs: performance.now() - start,
    };
  });
}

/** What an interrupted migration has done so far is not what its down file undoes. */
function requireFinished({ rows }: Situation): void {
  const interrupted = rows.find(({ kind, state }) => kind === "versioned" && state === "applying");
  if (interrupted !== undefined) {
    throw new MigratorError(
      "rollback-incomplete-migration",
      `${interrupted.name} was interrupted after statement ${interrupted.statementsDone}: finish it with \`pnpm migrate\`, then roll back.`,
    );
  }
}

async function revert(
  run: Run,
  { declared, folder }: Declaration,
  { rows }: Situation,
  target: RollbackTarget,
  allowDataLoss: boolean,
): Promise<void> {
  const { keep, revert: files } = target;
  const { session, connection, patience, onEvent } = run;
  const { lockTimeoutMs, attempts } = patience;
  const steps = await Promise.all(files.map(async (file) => readDownFile(folder.directory, file)));
  const removals = allowDataLoss ? [] : await removalsOf(folder.directory, target);
  const frozen = keep === undefined ? [] : await readFrozenRepeatables(folder.directory, keep.name);
  const taken = repeatableChanges([], rows, "all");
  const timeSeries = await declaredTimeSeries(session, declared);
  const restored = repeatableChanges(frozen, [], "changed");
  await refuseDataLoss(run, removals, { lock: false });
  await withLockRetry({ session, connection, name: "rollback", attempts, lockTimeoutMs, onEvent }, async () =>
    inTransaction(session, lockTimeoutMs, async () => {
      await refuseDataLoss(run, removals, { lock: true });
      if (keep === undefined) await dropTimeSeries(run, timeSeries);
      const entitlements = await runRepeatableChanges(run, [], taken);
      for (const step of steps) {
        await revertOne(run, step);
      }
      await runRepeatableChanges(run, frozen, restored, entitlements);
    }),
  );
}

interface DownStep {
  readonly file: MigrationFile;
  readonly statements: readonly MigrationStatement[];
}

/** @throws MigratorError `down-file-invalid` for a statement that could not be part of the one transaction. */
async function readDownFile(directory: URL, file: MigrationFile): Promise<DownStep> {
  const text = normaliseText(await readFile(new URL(`${file.name}.down.sql`, directory), "utf8"));
  const statements = splitStatements(text);
  const unfit = statements.find((statement) => statement.alone || controlsTransaction(statement));
  if (unfit !== undefined) {
    throw new MigratorError(
      "down-file-invalid",
      `${file.name}.down.sql, statement ${unfit.number} (${unfit.firstLine}) cannot be part of a rollback, which is one transaction: write it without CONCURRENTLY, BEGIN or COMMIT.`,
    );
  }
  return { file, statements };
}

async function removalsOf(
  directory: URL,
  { keep, revert: files }: RollbackTarget,
): Promise<readonly Removal[]> {
  const read = async ({ name }: { readonly name: string }): Promise<Snapshot> =>
    readSnapshot(
      directory,
      name,
      ", or pass --allow-data-loss: without it, what would be lost cannot be told",
    );
  const gone = await Promise.all(files.map(read));
  return removalsAlong([...gone, keep === undefined ? emptySnapshot : await read(keep)]);
}

async function refuseDataLoss(
  { session }: Run,
  removals: readonly Removal[],
  options: DataLossOptions,
): Promise<void> {
  const losses = await findDataLoss(session, removals, options);
  if (losses.length > 0) {
    throw new DataLossError(
      `The rollback would lose data: ${losses.map(describeLoss).join("; ")}. Nothing was changed. Take a backup, then repeat it with --allow-data-loss.`,
      losses,
    );
  }
}

async function revertOne(run: Run, { file, statements }: DownStep): Promise<void> {
  const start = performance.now();
  run.onEvent({ type: "step-started", kind: "versioned", action: "revert", name: file.name });
  for (const statement of statements) {
    const place = {
      name: `${file.name}.down.sql`,
      statement: statement.number,
      statements: statements.length,
      firstLine: statement.firstLine,
    };
    await runStatement(run.session, statement.sql, place, "Nothing was rolled back.");
  }
  await removeFromLedger(run.session, "versioned", [file.name]);
  run.onEvent({
    type: "step-done",
    kind: "versioned",
    action: "revert",
    name: file.name,
    durationMs: performance.now() - start,
  });
}
