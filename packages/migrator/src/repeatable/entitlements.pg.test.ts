// Owner, grants and comments of functions, triggers and views outlive every way in which they are made again.
import { randomBytes } from "node:crypto";
import { parseConnection } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import type { RepeatableObject } from "@app/schema";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createMigrator } from "../migrator.ts";
import { createMigrationFixture, type FixtureMigration } from "../testing/index.ts";

const base: FixtureMigration = {
  name: "base",
  up: ["CREATE TABLE fills (id int PRIMARY KEY, price int NOT NULL)"],
  down: ["DROP TABLE fills"],
  tables: { fills: { id: "integer", price: "integer" } },
};

const touch: RepeatableObject = {
  name: "touch()",
  kind: "function",
  create: `CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION touch() FROM PUBLIC`,
  drop: "DROP FUNCTION IF EXISTS touch()",
};
const product: RepeatableObject = {
  name: "product(numeric)",
  kind: "aggregate",
  create: "CREATE AGGREGATE product(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1')",
  drop: "DROP AGGREGATE IF EXISTS product(numeric)",
};
const trigger: RepeatableObject = {
  name: "fills.a_touch",
  kind: "trigger",
  create: `DROP TRIGGER IF EXISTS a_touch ON fills
--> statement-breakpoint
CREATE TRIGGER a_touch BEFORE UPDATE ON fills FOR EACH ROW EXECUTE FUNCTION touch()`,
  drop: "DROP TRIGGER IF EXISTS a_touch ON fills",
};
const prices: RepeatableObject = {
  name: "prices",
  kind: "view",
  create: "CREATE OR REPLACE VIEW prices AS SELECT id, price FROM fills",
  drop: "DROP VIEW IF EXISTS prices",
};
const totals: RepeatableObject = {
  name: "totals",
  kind: "materialized_view",
  create: `CREATE MATERIALIZED VIEW totals AS SELECT 1 AS key, sum(price) AS total FROM prices
--> statement-breakpoint
CREATE UNIQUE INDEX totals_key ON totals (key)`,
  drop: "DROP MATERIALIZED VIEW IF EXISTS totals",
};
const all = [touch, product, trigger, prices, totals];

const withView = (create: string): readonly RepeatableObject[] =>
  all.map((object) => (object === prices ? { ...prices, create } : object));

describe("owner, grants and comments", () => {
  const suffix = randomBytes(5).toString("hex");
  const [reader, owner, admin] = [`reader ${suffix}`, `owner_${suffix}`, `admin_${suffix}`];
  let database: TestDatabase;
  let client: pg.Client;
  beforeEach(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.superuserUrl });
    await client.connect();
    return async () => {
      await client.end();
      await database.drop();
    };
  });
  let roles: TestDatabase;
  beforeAll(async () => {
    roles = await createTestDatabase();
    await asSuperuser(`CREATE ROLE "${reader}"; CREATE ROLE ${owner}; CREATE ROLE ${admin}`);
  });
  afterAll(async () => {
    await asSuperuser(`DROP ROLE "${reader}"; DROP ROLE ${owner}; DROP ROLE ${admin}`);
    await roles.drop();
  });
  async function asSuperuser(sql: string): Promise<void> {
    const session = new pg.Client({ connectionString: roles.superuserUrl });
    await session.connect();
    await session.query(sql);
    await session.end();
  }

  /** Everything a person may have set on the objects. */
  async function grantAndComment(): Promise<void> {
    await client.query(`
      GRANT USAGE, CREATE ON SCHEMA public TO ${owner};
      GRANT SELECT ON fills TO ${owner};
      GRANT SELECT (id), UPDATE (price) ON prices TO "${reader}";
      GRANT SELECT ON totals TO PUBLIC;
      GRANT SELECT ON totals TO ${admin} WITH GRANT OPTION;
      REVOKE EXECUTE ON FUNCTION product(numeric) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION product(numeric) TO "${reader}";
      GRANT EXECUTE ON FUNCTION touch() TO "${reader}";
      ALTER VIEW prices OWNER TO ${owner};
      SET ROLE ${admin}; GRANT SELECT ON totals TO "${reader}"; RESET ROLE;
      COMMENT ON VIEW prices IS 'what it''s sold for';
      COMMENT ON COLUMN prices.price IS 'in cents';
      COMMENT ON MATERIALIZED VIEW totals IS 'per key';
      COMMENT ON FUNCTION touch() IS 'does nothing';
      COMMENT ON AGGREGATE product(numeric) IS 'multiplies';
      COMMENT ON TRIGGER a_touch ON fills IS 'touches';
    `);
  }

  async function held(): Promise<unknown> {
    const { rows } = await client.query(`
      SELECT 'relation' AS of, relname::text AS name, relowner::regrole::text AS owner,
        ARRAY(SELECT concat(grantee::regrole, ' ', privilege_type, is_grantable)
          FROM aclexplode(coalesce(relacl, acldefault('r', relowner))) ORDER BY 1) AS grants,
        ARRAY(SELECT concat(attname, ' ', grantee::regrole, ' ', privilege_type)
          FROM pg_attribute, aclexplode(attacl) WHERE attrelid = c.oid ORDER BY 1) AS column_grants,
        ARRAY(SELECT description FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid = c.oid ORDER BY 1) AS comments
      FROM pg_class c WHERE relname IN ('prices', 'totals')
      UNION ALL
      SELECT 'routine', proname::text, proowner::regrole::text,
        ARRAY(SELECT concat(grantee::regrole, ' ', privilege_type, is_grantable)
          FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) ORDER BY 1),
        '{}', ARRAY[obj_description(oid, 'pg_proc')]
      FROM pg_proc WHERE proname IN ('touch', 'product')
      UNION ALL
      SELECT 'trigger', tgname::text, '', '{}', '{}', ARRAY[obj_description(oid, 'pg_trigger')]
      FROM pg_trigger WHERE tgname = 'a_touch'
      ORDER BY 1, 2`);
    return rows;
  }

  const migratorOf = (declared: {
    readonly migrations: URL;
    readonly repeatables: readonly RepeatableObject[];
  }) => createMigrator({ connection: parseConnection(database.superuserUrl), declared });

  it.each([
    ["everything is made again", all, true],
    [
      "a view is replaced in place",
      withView("CREATE OR REPLACE VIEW prices AS SELECT id, price FROM fills WHERE id > 0"),
      false,
    ],
    [
      "a view gets other columns",
      withView("CREATE OR REPLACE VIEW prices AS SELECT id, 'x' AS note, price FROM fills"),
      false,
    ],
  ] as const)("stay when %s", async (_, repeatables, reapply) => {
    await using fixture = await createMigrationFixture([base], all);
    await migratorOf(fixture.declared).apply();
    await grantAndComment();
    const before = await held();
    await migratorOf({ migrations: fixture.directory, repeatables }).apply({ reapply });
    expect(await held()).toEqual(before);
  });

  it("stay when a migration has to take the views down, and when it is rolled back", async () => {
    await using first = await createMigrationFixture([base], all);
    await migratorOf(first.declared).apply();
    await grantAndComment();
    const before = await held();
    await using second = await createMigrationFixture(
      [
        base,
        {
          name: "wider",
          up: ["ALTER TABLE fills ALTER COLUMN price SET DATA TYPE bigint"],
          down: ["ALTER TABLE fills ALTER COLUMN price SET DATA TYPE integer"],
          tables: { fills: { id: "integer", price: "bigint" } },
        },
      ],
      all,
    );
    const migrator = migratorOf(second.declared);
    await migrator.apply();
    expect(await held()).toEqual(before);
    await migrator.rollback({ to: "0", allowDataLoss: true });
    expect(await held()).toEqual(before);
  });

  it("are not widened by default privileges, and give way to what the text itself revokes", async () => {
    await using fixture = await createMigrationFixture([base], all);
    await migratorOf(fixture.declared).apply();
    const before = await held();
    await client.query(`ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "${reader}"`);
    await client.query(`ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON ROUTINES TO "${reader}"`);
    await client.query("GRANT EXECUTE ON FUNCTION touch() TO PUBLIC");
    await migratorOf(fixture.declared).apply({ reapply: true });
    expect(await held()).toEqual(before);
    await client.query(`DROP OWNED BY "${reader}"`);
  });

  it("of a column that the view no longer has go with it", async () => {
    await using fixture = await createMigrationFixture([base], [prices]);
    await migratorOf(fixture.declared).apply();
    await client.query(
      `GRANT SELECT (id, price) ON prices TO "${reader}"; COMMENT ON COLUMN prices.price IS 'gone'`,
    );
    const narrow = { ...prices, create: "CREATE OR REPLACE VIEW prices AS SELECT id FROM fills" };
    await migratorOf({ migrations: fixture.directory, repeatables: [narrow] }).apply();
    expect(await held()).toMatchObject([{ column_grants: [`id "${reader}" SELECT`], comments: [] }]);
  });
});
