// The audit trail: reading it by thing, by role, by what changed, and recording administrative acts. Nothing is ever
// changed or removed here. Invariant: every reading is bounded in time and widens into the past step by step.
import { NotFoundError } from "@app/database";
import type { QueryName } from "@app/schema/queries";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { type Moment, timeBound } from "../input/instant-field.ts";
import { type JsonObject, jsonObject } from "../input/json-field.ts";
import { pageLimit } from "../input/number-field.ts";
import { refusalBecause } from "../input/refuse.ts";
import { code } from "../input/text-field.ts";
import { decodeCursor, encodeCursor, type Page } from "../paging/cursor.ts";
import { readNewestFirst } from "../paging/widening-window.ts";
import { catalogued, type QueryValues } from "../statements/catalogued-statement.ts";
import type { Scope } from "../statements/scope.ts";
import { appendAudit } from "./append-audit.ts";
import type { AuditRecord, NewAuditRecord } from "./audit-record.ts";

/** One page of a list, newest first. */
export interface AuditListOptions {
  /** First moment that counts. @defaultValue as far back as there are records */
  readonly since?: Moment | undefined;
  /** First moment that no longer counts. @defaultValue no end */
  readonly until?: Moment | undefined;
  /** Records of the page, 1 to 1,000. @defaultValue 100 */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** The audit trail. */
export interface Audit {
  /** @throws {NotFoundError} there is no record of this id */
  get(id: string): Promise<AuditRecord>;
  find(id: string): Promise<AuditRecord | undefined>;
  /** One page of everything, newest first. */
  list(options?: AuditListOptions): Promise<Page<AuditRecord>>;
  /** What was done to one thing: `("strategies", id)`. */
  listByEntity(entityType: string, entityId: string, options?: AuditListOptions): Promise<Page<AuditRecord>>;
  /** What was done by one database role. */
  listByActor(actor: string, options?: AuditListOptions): Promise<Page<AuditRecord>>;
  /** Changes to a state that contains all of `contained`: `{ status: "archived" }`. */
  searchChanges(contained: JsonObject, options?: AuditListOptions): Promise<Page<AuditRecord>>;
  /**
   * Records an administrative act. Sent again with the same id it changes nothing.
   * @returns the stored record
   * @throws {ConflictError} the id is another act's
   */
  append(record: NewAuditRecord): Promise<AuditRecord>;
}

/** Name of the list in its cursors. */
const LIST = "audit_log";

/** Makes the audit trail's repository over a pool or a transaction. */
export function createAudit(scope: Scope): Audit {
  const find = async (id: string): Promise<AuditRecord | undefined> => {
    const { rows } = await scope.query<AuditRecord>(
      catalogued("audit_log.get", { id: timeOrderedId("id", id) }),
    );
    return rows[0];
  };
  const get = async (id: string): Promise<AuditRecord> => {
    const record = await find(id);
    if (record !== undefined) return record;
    throw new NotFoundError(`There is no audit record ${id}.`, { table: "audit_log" });
  };

  return {
    find,
    get,
    list: async (options = {}) => readPage(scope, "audit_log.list_recent", {}, options),
    listByEntity: async (entityType, entityId, options = {}) =>
      readPage(
        scope,
        "audit_log.list_by_entity",
        { entityType: code("entityType", entityType, 100), entityId: code("entityId", entityId, 200) },
        options,
      ),
    listByActor: async (actor, options = {}) =>
      readPage(scope, "audit_log.list_by_actor", { actor: code("actor", actor, 63) }, options),
    async searchChanges(contained, options = {}) {
      const context = jsonObject("contained", contained);
      if (context.text === "{}")
        throw refusalBecause("contained", "an empty object is contained in every change.");
      return readPage(scope, "audit_log.search_changes", { context }, options);
    },
    append: async (record) => get(await appendAudit(scope, record)),
  };
}

async function readPage(
  scope: Scope,
  query: QueryName,
  values: QueryValues,
  options: AuditListOptions,
): Promise<Page<AuditRecord>> {
  const limit = pageLimit(options.limit);
  const since = options.since === undefined ? undefined : timeBound("since", options.since);
  const until = options.until === undefined ? undefined : timeBound("until", options.until);
  if (since !== undefined && until !== undefined && Temporal.Instant.compare(since, until) > 0) {
    throw refusalBecause("until", `${until.toString()} lies before since, ${since.toString()}.`);
  }
  const cursor = decodeCursor(LIST, options.cursor);
  const isBeyond = until !== undefined && Temporal.Instant.compare(cursor.time, until) > 0;
  // One more than asked for tells whether there is another page.
  const rows = await readNewestFirst(
    async (from, position, most) => {
      const { rows: found } = await scope.query<AuditRecord>(
        catalogued(query, {
          ...values,
          from,
          cursorTime: position.time,
          cursorId: position.id,
          limit: most,
        }),
      );
      return found;
    },
    {
      // No id is below this one: what is left lies before `until`.
      before: isBeyond ? { time: until, id: "00000000-0000-0000-0000-000000000000" } : cursor,
      since,
      limit: limit + 1,
      now: timeBound("now", Temporal.Now.instant()),
    },
  );
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, next: last && encodeCursor(LIST, { time: last.occurredAt, id: last.id }) };
}
