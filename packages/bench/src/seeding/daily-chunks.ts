// The deepest a table gets: chunks of a day where the schema declares those of a week, so that seven years are 2,556 of them. Whoever has
// migrated a database that was begun with another interval keeps its old chunks, so such depths are real.

/** Makes the coming chunks of every table that has chunks of a week chunks of a day. Does nothing where there are no chunks. */
export const IN_DAILY_CHUNKS = `do $$
begin
  if exists (select from pg_extension where extname = 'timescaledb') then
    perform set_chunk_time_interval(format('%I.%I', hypertable_schema, hypertable_name)::regclass, interval '1 day')
    from timescaledb_information.dimensions where hypertable_schema = 'public' and time_interval = interval '7 days';
  end if;
end $$`;
