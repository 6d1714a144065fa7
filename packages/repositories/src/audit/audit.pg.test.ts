// The audit trail's repository against a real server: what the triggers left is found, acts are recorded once.
import { ConflictError, createDatabase, type Database, NotFoundError, parseConnection } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import { poolScope, transactionScope } from "../statements/scope.ts";
import { type Audit, createAudit } from "./audit.ts";
import type { AuditRecord, NewAuditRecord } from "./audit-record.ts";

let place: TestDatabase;
let database: Database;
let audit: Audit;
let owner: string;
let strategyId: string;

const YEARS_AGO = Temporal.Instant.from("2021-05-06T07:08:09.123456Z");

beforeAll(async () => {
  place = await createTestDatabase({ template: migratedTemplate });
  database = createDatabase(parseConnection(place.url), { poolSize: 4 });
  audit = createAudit(poolScope(database));
  const { rows } = await database.query<{ owner: string }>("select session_user::text as owner");
  owner = rows[0]?.owner ?? "";
  const created = Temporal.Now.instant().round("millisecond");
  strategyId = createId(created);
  await database.query(
    "insert into strategies (id, created_at, name, kind, base_currency) values ($1, $2, 'audited', 'test', 'USD')",
    [strategyId, created],
  );
  await database.transaction(async (transaction) => {
    await transaction.query(
      "select set_config('app.actor', 'ada', true), set_config('app.reason', 'trial', true)",
    );
    await transaction.query("update strategies set description = 'one' where id = $1", [strategyId]);
    await transaction.query("update strategies set description = 'two' where id = $1", [strategyId]);
  });
});

afterAll(async () => {
  await database.close();
  await place.drop();
});

const act = (others: Partial<Omit<NewAuditRecord, "id">> = {}): NewAuditRecord & { readonly id: string } => ({
  id: createId(YEARS_AGO),
  occurredAt: YEARS_AGO,
  action: "risk-limit-override",
  entityType: "account",
  entityId: "main",
  onBehalfOf: "ada",
  after: { maxOrders: 5 },
  reason: "a busy day",
  ...others,
});

describe("reading", () => {
  it("finds what the triggers left about a thing, newest first, page by page", async () => {
    const read: AuditRecord[] = [];
    let cursor: string | undefined;
    do {
      const page = await audit.listByEntity(
        { entityType: "strategies", entityId: strategyId },
        { limit: 1, cursor },
      );
      read.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    expect(read.map(({ action, after }) => [action, Object(after).description])).toEqual([
      ["update", "two"],
      ["update", "one"],
      ["insert", null],
    ]);
    expect(read[0]).toMatchObject({
      actor: owner,
      onBehalfOf: "ada",
      reason: "trial",
      before: { description: "one" },
      after: { description: "two" },
      retainUntil: null,
    });
    expect(await audit.get(read[0]?.id ?? "")).toEqual(read[0]);
  });

  it("finds records by role, by what a change led to, and by time", async () => {
    expect((await audit.listByActor(owner)).items.length).toBeGreaterThanOrEqual(3);
    expect((await audit.listByActor("nobody")).items).toEqual([]);
    const changes = await audit.searchChanges({ description: "two" });
    expect(changes.items).toMatchObject([{ entityId: strategyId, before: { description: "one" } }]);
    const before = Temporal.Now.instant().subtract({ hours: 1 });
    expect((await audit.list({ from: before.subtract({ hours: 24 }), to: before })).items).toEqual([]);
    expect((await audit.list({ from: before })).items.length).toBeGreaterThanOrEqual(3);
  });

  it("finds a record of years ago without being told when", async () => {
    const { id } = await audit.append(act({ entityId: "of years ago" }));
    expect(
      (await audit.listByEntity({ entityType: "account", entityId: "of years ago" })).items,
    ).toMatchObject([{ id }]);
  });

  it("tells get from find where there is none", async () => {
    const none = createId(YEARS_AGO);
    expect(await audit.find(none)).toBeUndefined();
    await expect(audit.get(none)).rejects.toThrow(NotFoundError);
  });
});

describe("recording an act", () => {
  it("keeps what was given, and what the session and the clock say", async () => {
    const given = act();
    const record = await audit.append(given);
    expect(record).toMatchObject({
      ...given,
      actor: owner,
      application: "trading-data-layer",
      before: null,
      correlationId: null,
    });
    expect(record.occurredAt).toEqual(YEARS_AGO);
    expect(Math.abs(record.recordedAt.until(Temporal.Now.instant()).total("minutes"))).toBeLessThan(5);
  });

  it("says who the session is, whatever a statement of the caller's own says", async () => {
    const { id } = await audit.append(act());
    const forged = createId(YEARS_AGO);
    await database.query(
      `insert into audit_log (id, occurred_at, action, entity_type, entity_id, actor, client_address)
       select $1, occurred_at, action, entity_type, entity_id, 'somebody else', '192.0.2.1' from audit_log where id = $2`,
      [forged, id],
    );
    const [record, other] = [await audit.get(id), await audit.get(forged)];
    expect(other).toMatchObject({ actor: owner, clientAddress: record.clientAddress });
  });

  it("twice, or by many at once, is once, with the same answer", async () => {
    const given = act({ entityId: "sent twice" });
    const answers = await Promise.all([given, given, given].map((record) => audit.append(record)));
    expect(answers).toEqual([answers[0], answers[0], answers[0]]);
    expect((await audit.listByEntity({ entityType: "account", entityId: "sent twice" })).items).toHaveLength(
      1,
    );
  });

  it.each<[string, Partial<NewAuditRecord>]>([
    ["action", { action: "restart" }],
    ["state", { after: { maxOrders: 6 } }],
    ["reason", { reason: "another" }],
    ["person", { onBehalfOf: "bob" }],
    ["microsecond", { occurredAt: YEARS_AGO.add({ microseconds: 1 }) }],
  ])("under the same id with another %s is a conflict", async (_, others) => {
    const given = act();
    const record = await audit.append(given);
    await expect(audit.append({ ...given, ...others })).rejects.toThrow(ConflictError);
    expect(await audit.get(given.id)).toEqual(record);
  });

  it("takes person and reason from the session where they are left out, within a transaction", async () => {
    const record = await database.transaction(async (transaction) => {
      await transaction.query(
        "select set_config('app.actor', 'eve', true), set_config('app.reason', 'drill', true)",
      );
      return createAudit(transactionScope(transaction)).append({
        action: "restart",
        entityType: "service",
        entityId: "router",
      });
    });
    expect(record).toMatchObject({ onBehalfOf: "eve", reason: "drill" });
    expect(
      await audit.append({
        id: record.id,
        occurredAt: record.occurredAt,
        action: "restart",
        entityType: "service",
        entityId: "router",
      }),
    ).toEqual(record);
  });

  it.each<[string, Partial<Record<keyof NewAuditRecord, unknown>>]>([
    ["action", { action: "update" }],
    ["action", { action: "DELETE" }],
    ["action", { action: "" }],
    ["entityType", { entityType: " x" }],
    ["entityId", { entityId: "x".repeat(201) }],
    ["after", { after: [1] }],
    ["before", { before: { big: 1n } }],
    ["reason", { reason: "NUL \0" }],
    ["onBehalfOf", { onBehalfOf: "" }],
    ["correlationId", { correlationId: 5 }],
    ["id", { id: createId("2020-01-01T00:00:00Z") }],
    ["occurredAt", { occurredAt: "today" }],
    ["occurredAt", { occurredAt: "1960-01-01T00:00:00Z", id: undefined }],
  ])("refuses a bad %s (%#)", async (field, others) => {
    await expect(audit.append({ ...act(), ...others } as NewAuditRecord)).rejects.toMatchObject({
      kind: "invalid-input",
      field,
    });
  });

  it.each<[string, () => Promise<unknown>]>([
    ["limit", () => audit.list({ limit: 1_001 })],
    ["cursor", () => audit.listByActor("x", { cursor: "x" })],
    ["to", () => audit.list({ from: YEARS_AGO, to: YEARS_AGO.subtract({ hours: 1 }) })],
    ["contained", () => audit.searchChanges({})],
    ["actor", () => audit.listByActor("")],
    ["entityId", () => audit.listByEntity({ entityType: "x", entityId: "" })],
    ["id", () => audit.get("x")],
  ])("refuses a question with a bad %s (%#)", async (field, ask) => {
    await expect(ask).rejects.toMatchObject({ kind: "invalid-input", field });
  });
});
