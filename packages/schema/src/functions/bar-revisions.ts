// Bar revisions: when a bar comes to say something else, the moment is set and what it said before is kept. What counts is
// what the source said; indicators and their recomputation are no revision.
import { retentionYears } from "../columns/record-keeping.ts";
import { callersTriggerFunction, ownersTriggerFunction } from "../repeatable-object.ts";

/** What a source says of a bar: a change of it is a revision. */
export const reportedColumns = [
  "open",
  "high",
  "low",
  "close",
  "volume",
  "trade_count",
  "quality_score",
  "source",
  "raw_payload",
] as const;

const kept = `exchange, symbol, timeframe, time, ${reportedColumns.join(", ")}`;

/**
 * A revision is never older than what it replaces, or two would be known at one moment; and what says the same as before is
 * known since before.
 */
export const dateRevision = callersTriggerFunction(
  "date_revision",
  /* sql */ `
begin
  if (${reportedColumns.map((column) => `old.${column}`).join(", ")})
    is not distinct from (${reportedColumns.map((column) => `new.${column}`).join(", ")}) then
    new.ingested_at := old.ingested_at;
  elsif new.ingested_at <= old.ingested_at then
    new.ingested_at := greatest(clock_timestamp(), old.ingested_at + interval '1 microsecond');
  end if;
  return new;
end`,
);

export const recordRevisions = ownersTriggerFunction(
  "record_revisions",
  /* sql */ `
begin
  insert into market_data_revisions (${kept}, known_from, known_until, was_deleted)
  select ${kept
    .split(", ")
    .map((column) => `o.${column}`)
    .join(", ")}, o.ingested_at, n.ingested_at, false
  from old_bars o
  join new_bars n using (exchange, symbol, timeframe, time)
  where (${reportedColumns.map((column) => `o.${column}`).join(", ")})
    is distinct from (${reportedColumns.map((column) => `n.${column}`).join(", ")});
  return null;
end`,
  // The plan is kept, with the row counts of the first statement: a nested loop would be quadratic for a later, large one.
  ["enable_nestloop = off"],
);

/** What leaves because its years are over leaves no trace; the revisions before it go the same way. */
export const recordDeletedBar = ownersTriggerFunction(
  "record_deleted_bar",
  /* sql */ `
begin
  insert into market_data_revisions (${kept}, known_from, known_until, was_deleted)
  select ${kept
    .split(", ")
    .map((column) => `old.${column}`)
    .join(
      ", ",
    )}, old.ingested_at, greatest(clock_timestamp(), old.ingested_at + interval '1 microsecond'), true
  where old.time > now() - interval '${retentionYears} years';
  return null;
end`,
);
