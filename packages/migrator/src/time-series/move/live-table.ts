// The live table as its catalogue shows it: what the copy must look like, and a text that changes when any of it does.
// Reads only.

import type { MigrationSession } from "../../session/session.ts";
import { movingSchema, type MovingNames } from "./moving-names.ts";

export interface KeyColumn {
  readonly name: string;
  readonly type: string;
}

/** A constraint with an index behind it, a foreign key, or an index of its own: what LIKE does not copy as we want it. */
export interface TablePart {
  readonly name: string;
  readonly definition: string;
}

export interface LiveTableShape {
  /** Stored columns that can be written; generated ones compute themselves again. */
  readonly columns: readonly string[];
  /** Of the primary key, in its order. */
  readonly key: readonly KeyColumn[];
  /** Primary key, unique and exclusion constraints. */
  readonly keys: readonly TablePart[];
  readonly foreignKeys: readonly TablePart[];
  /** Indexes that no constraint owns; `CREATE INDEX` on the copy. */
  readonly indexes: readonly TablePart[];
  /** Storage parameters as `SET (...)` takes them. */
  readonly options: readonly string[];
  /** Statements that LIKE has no clause for: statistics targets of columns. */
  readonly columnOptions: readonly string[];
  /** All of the above and every column and check, as one text. */
  readonly text: string;
}

const shapeSql = `
SELECT
  (SELECT coalesce(jsonb_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
      ORDER BY k.place), '[]')
    FROM pg_constraint p CROSS JOIN LATERAL unnest(p.conkey) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
    WHERE p.conrelid = c.oid AND p.contype = 'p') AS key,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid))
      ORDER BY k.contype, k.conname), '[]')
    FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x')) AS keys,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid))
      ORDER BY k.conname), '[]')
    FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f') AS "foreignKeys",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('name', i.relname, 'definition',
        replace(pg_get_indexdef(i.oid), format(' ON public.%I USING ', c.relname),
          format(' ON ${movingSchema}.%I USING ', c.relname)))
      ORDER BY i.relname), '[]')
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid = c.oid AND NOT EXISTS (
      SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u', 'x'))) AS indexes,
  (SELECT coalesce(jsonb_agg(prefix || split_part(option, '=', 1) || ' = '
        || quote_literal(substr(option, strpos(option, '=') + 1)) ORDER BY 1), '[]')
    FROM (
      SELECT '' AS prefix, unnest(c.reloptions) AS option
      UNION ALL SELECT 'toast.', unnest(t.reloptions) FROM pg_class t WHERE t.oid = c.reltoastrelid) AS o) AS options,
  (SELECT coalesce(jsonb_agg(format('ALTER COLUMN %I SET STATISTICS %s', a.attname, a.attstattarget) ORDER BY a.attnum), '[]')
    FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attstattarget >= 0) AS "columnOptions",
  (SELECT jsonb_agg(jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated,
      a.attidentity, pg_get_expr(d.adbin, d.adrelid)) ORDER BY a.attnum)
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS "allColumns",
  (SELECT jsonb_agg(jsonb_build_array(k.conname, pg_get_constraintdef(k.oid)) ORDER BY k.conname)
    FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c') AS checks
FROM pg_class c WHERE c.oid = to_regclass($1)`;

/** Reads the shape; undefined when there is no such table. */
export async function readLiveTable(
  session: MigrationSession,
  { live }: MovingNames,
): Promise<LiveTableShape | undefined> {
  const [row] = await session.query<Omit<LiveTableShape, "text">>(shapeSql, [live]);
  return row === undefined ? undefined : { ...row, text: JSON.stringify(row) };
}
