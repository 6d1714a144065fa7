// Reads the catalogue of a live database in one round trip. Only schema public is ever asked for.

import type { MigrationSession } from "../session/session.ts";
import type { Catalogue, CatalogueObject } from "./catalogue.ts";
import { createCatalogue } from "./catalogue.ts";
import { constraintsSql, indexesSql, statisticsSql } from "./read/constraints.ts";
import { commonOwnerSql, eventTriggersSql, grantsSql, inheritanceSql, ownersSql } from "./read/rights.ts";
import { aggregatesSql, functionsSql } from "./read/routines.ts";
import { columnsSql, tablesSql } from "./read/tables.ts";
import { compositeTypesSql, domainsSql, enumsSql, othersSql, rangesSql, sequencesSql } from "./read/types.ts";
import { policiesSql, rulesSql, triggersSql, viewsSql } from "./read/views.ts";

const catalogueSql = [
  tablesSql,
  columnsSql,
  constraintsSql,
  indexesSql,
  statisticsSql,
  functionsSql,
  aggregatesSql,
  viewsSql,
  rulesSql,
  triggersSql,
  policiesSql,
  enumsSql,
  domainsSql,
  rangesSql,
  compositeTypesSql,
  sequencesSql,
  grantsSql,
  ownersSql,
  inheritanceSql,
  eventTriggersSql,
  othersSql,
].join("\nUNION ALL");

/** What the database holds now. */
export async function readCatalogue(session: MigrationSession): Promise<Catalogue> {
  const rows = await session.query<{ class: CatalogueObject["class"]; name: string; definition: string }>(
    `WITH common_owner AS MATERIALIZED (${commonOwnerSql})
     SELECT class, name, jsonb_strip_nulls(definition)::text AS definition FROM (${catalogueSql}) AS catalogue`,
  );
  return createCatalogue(
    rows.map((row) => {
      // Made by the queries above, property by property.
      const definition: CatalogueObject["definition"] = JSON.parse(row.definition);
      return { class: row.class, name: row.name, definition };
    }),
  );
}
