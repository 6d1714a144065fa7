// The audit trail: reading it by thing, by role, by what changed, and recording administrative acts. Nothing is ever
// changed or removed here. Invariant: every reading is bounded in time and widens into the past step by step.
import { NotFoundError, type Queryable } from "@app/database";
import type { QueryName } from "@app/schema/queries";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { type JsonObject, jsonObject } from "../input/json-field.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import { code } from "../input/text-field.ts";
import { historyWindow, readHistoryPage } from "../paging/history.ts";
import type { HistoryOptions, Page } from "../paging/page.ts";
import { catalogued, type QueryValues } from "../statements/catalogued-statement.ts";
import type { Scope } from "../statements/scope.ts";
import { appendAudit } from "./append-audit.ts";
import type { AuditRecord, NewAuditRecord } from "./audit-record.ts";

/** Names a thing the trail knows: `{ entityType: "strategies", entityId: id }`. */
export interface EntityKey {
  /** A table's name for what the database records by itself, else what `append` was given. 1 to 100 characters. */
  readonly entityType: string;
  /** 1 to 200 characters. */
  readonly entityId: string;
}

/** What can be asked of the audit trail. `from` and `to` are of `occurredAt`; lists are newest first. */
export interface AuditReads {
  /** A record by its id. @throws {NotFoundError} there is none */
  get(id: string): Promise<AuditRecord>;
  /** As get, or undefined. */
  find(id: string): Promise<AuditRecord | undefined>;
  /** Everything. */
  list(options?: HistoryOptions): Promise<Page<AuditRecord>>;
  /** What was done to one thing. */
  listByEntity(entity: EntityKey, options?: HistoryOptions): Promise<Page<AuditRecord>>;
  /** What was done by one database role. */
  listByActor(actor: string, options?: HistoryOptions): Promise<Page<AuditRecord>>;
  /** Changes to a state that contains all of `contained`: `{ status: "archived" }`. */
  searchChanges(contained: JsonObject, options?: HistoryOptions): Promise<Page<AuditRecord>>;
}

/** The audit trail. */
export interface Audit extends AuditReads {
  /**
   * Records an administrative act. Sent again with the same id it changes nothing.
   * @returns the stored record
   * @throws {ConflictError} the id is another act's
   */
  append(record: NewAuditRecord): Promise<AuditRecord>;
}

/** @returns what can be asked of the audit trail through a scope, a replica's included */
export function createAuditReads(scope: Queryable): AuditReads {
  const find = async (id: string): Promise<AuditRecord | undefined> => {
    const { rows } = await scope.query<AuditRecord>(
      catalogued("audit_log.get", { id: timeOrderedId("id", id) }),
    );
    return rows[0];
  };

  return {
    find,
    async get(id) {
      const record = await find(id);
      if (record !== undefined) return record;
      throw new NotFoundError(`There is no audit record ${id}.`, { table: "audit_log" });
    },
    list: async (options) => listRecords(scope, "audit_log.list_recent", {}, options),
    listByEntity: async (entity, options) =>
      listRecords(scope, "audit_log.list_by_entity", checkEntity(entity), options),
    listByActor: async (actor, options) =>
      listRecords(scope, "audit_log.list_by_actor", { actor: code("actor", actor, 63) }, options),
    async searchChanges(contained, options) {
      const context = jsonObject("contained", contained);
      if (context.text === "{}")
        throw refusalBecause("contained", "an empty object is contained in every change.");
      return listRecords(scope, "audit_log.search_changes", { context }, options);
    },
  };
}

/** @returns the audit trail behind a scope */
export function createAudit(scope: Scope): Audit {
  const reads = createAuditReads(scope);
  return { ...reads, append: async (record) => reads.get(await appendAudit(scope, record)) };
}

function checkEntity(entity: EntityKey): QueryValues {
  if (typeof entity !== "object" || entity === null) throw refusal("entity", entity, "an object");
  return {
    entityType: code("entityType", entity.entityType, 100),
    entityId: code("entityId", entity.entityId, 200),
  };
}

async function listRecords(
  scope: Queryable,
  query: QueryName,
  values: QueryValues,
  options: HistoryOptions = {},
): Promise<Page<AuditRecord>> {
  const list = { name: query, of: { ...values } };
  return readHistoryPage<AuditRecord>(
    { list, placeOf: ({ occurredAt, id }) => ({ time: occurredAt, id }) },
    historyWindow(list, options),
    async (from, { time: cursorTime, id: cursorId }, limit) =>
      (await scope.query<AuditRecord>(catalogued(query, { ...values, from, cursorTime, cursorId, limit })))
        .rows,
  );
}
