// uuid_v7_at: an id for rows the database itself writes (order events, audit records), holding the row's time.
// PostgreSQL's own uuidv7() holds the present, which is another moment.
import { sqlFunction } from "../repeatable-object.ts";

export const uuidV7At = sqlFunction(
  "uuid_v7_at",
  "timestamp with time zone",
  /* sql */ `
create or replace function uuid_v7_at(moment timestamp with time zone) returns uuid
language sql volatile parallel safe
return (
  lpad(to_hex(floor(extract(epoch from moment) * 1000)::bigint), 12, '0')
  || '7'
  || substr(encode(uuid_send(gen_random_uuid()), 'hex'), 14)
)::uuid`,
);
