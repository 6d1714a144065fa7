// Asks the catalogue what the target columns are, and refuses a COPY whose types do not match them.
// Binary rows carry no types: eight bytes of a float sent into a bigint column would be stored as another number, silently.
// Invariant: after this check every column's binary format is the one the server expects, and its limits are known.

import type { ClientBase } from "pg";

import type { ReplyDeadline } from "../connection/reply-deadline.ts";
import { InvalidInputError, SchemaMismatchError } from "../errors/database-error.ts";
import { quoteTableName, type TableName } from "../quote-identifier.ts";
import type { CopyColumn, CopyType } from "./copy-column.ts";

/** What the catalogue says about one target column. */
export interface CopyTargetColumn {
  /** As SQL writes it: `numeric(20,8)`. */
  readonly declaredType: string;
  /** Of numeric(precision, scale). */
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
  /** Of varchar(n) and char(n). */
  readonly maximumCharacters?: number | undefined;
  /** Of timestamptz(n). */
  readonly timePrecision?: number | undefined;
}

interface CatalogueColumn {
  readonly name: string;
  readonly declared_type: string;
  readonly type_name: string;
  readonly type_kind: string;
  readonly type_category: string;
  readonly is_built_in: boolean;
  readonly type_modifier: number;
}

/** Domains are followed to the type below them, which is what travels. */
const columnsOfTable = `
WITH RECURSIVE columns AS (
  SELECT attname, format_type(atttypid, atttypmod) AS declared_type, atttypid AS type_id, atttypmod AS type_modifier
  FROM pg_catalog.pg_attribute
  WHERE attrelid = pg_catalog.to_regclass($1) AND attnum > 0 AND NOT attisdropped
  UNION ALL
  SELECT columns.attname, columns.declared_type, domain.typbasetype, domain.typtypmod
  FROM columns
  JOIN pg_catalog.pg_type AS domain ON domain.oid = columns.type_id AND domain.typtype = 'd'
)
SELECT
  columns.attname::text AS name,
  columns.declared_type,
  type.typname::text AS type_name,
  type.typtype::text AS type_kind,
  type.typcategory::text AS type_category,
  type.typnamespace = 'pg_catalog'::pg_catalog.regnamespace AS is_built_in,
  columns.type_modifier
FROM columns
JOIN pg_catalog.pg_type AS type ON type.oid = columns.type_id AND type.typtype <> 'd'`;

function accepts(column: CatalogueColumn, type: CopyType): boolean {
  // Category S is every string type, those of extensions (citext) included.
  if (type === "text") return column.type_kind === "e" || column.type_category === "S";
  return column.is_built_in && column.type_name === type;
}

/** typmod of varchar(n), char(n) and numeric(p, s) counts from 4; that of timestamptz(n) from 0; -1 is none. */
function limitsOf(column: CatalogueColumn): CopyTargetColumn {
  const { type_name: typeName, type_modifier: modifier, declared_type: declaredType } = column;
  if (modifier < 0) return { declaredType };
  switch (typeName) {
    case "numeric": {
      const packed = modifier - 4;
      // Eleven bits of signed scale.
      return { declaredType, precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 };
    }
    case "varchar":
    case "bpchar":
      return { declaredType, maximumCharacters: modifier - 4 };
    case "timestamptz":
      return { declaredType, timePrecision: modifier };
    default:
      return { declaredType };
  }
}

/**
 * Reads what the table's columns are and checks the COPY's columns against them.
 * @throws {SchemaMismatchError} naming a missing table or column, or a column of another type.
 */
export async function inspectCopyTarget(
  client: ClientBase,
  reply: ReplyDeadline,
  table: TableName,
  columns: readonly CopyColumn[],
): Promise<readonly CopyTargetColumn[]> {
  const shownTable = table.schema === undefined ? table.name : `${table.schema}.${table.name}`;
  if (columns.length === 0) throw new InvalidInputError(`The COPY into ${shownTable} names no columns.`);
  if (new Set(columns.map(({ name }) => name)).size !== columns.length) {
    throw new InvalidInputError(`The COPY into ${shownTable} names a column twice.`);
  }
  const { rows } = await reply.hold(() =>
    client.query<CatalogueColumn>({
      name: "binary-copy-target",
      text: columnsOfTable,
      values: [quoteTableName(table)],
    }),
  );
  if (rows.length === 0) {
    throw new SchemaMismatchError(
      `There is no table ${shownTable} here. Migrate the database, or correct the name.`,
      {
        table: table.name,
      },
    );
  }
  return columns.map(({ name, type }) => {
    const found = rows.find((row) => row.name === name);
    const fields = { table: table.name, column: name };
    if (found === undefined)
      throw new SchemaMismatchError(`Table ${shownTable} has no column "${name}".`, fields);
    if (accepts(found, type)) return limitsOf(found);
    throw new SchemaMismatchError(
      `Column "${name}" of ${shownTable} is ${found.declared_type}, and the COPY would send ${type}.`,
      fields,
    );
  });
}
