// Columns that are missing under their name while one of the same table and type is there under another: most likely
// renamed. Adding the one and dropping the other would lose what it holds.

import type { CatalogueObject } from "./catalogue.ts";

/** The undeclared column that a missing one became; only where there is but one of each, so that it is no guess. */
export function renamedColumns(
  missing: readonly CatalogueObject[],
  undeclared: readonly CatalogueObject[],
): ReadonlyMap<CatalogueObject, CatalogueObject> {
  const gone = columnsByPlace(missing);
  const come = columnsByPlace(undeclared);
  const renamed = new Map<CatalogueObject, CatalogueObject>();
  for (const [place, [column, ...others]] of gone) {
    const [candidate, ...rivals] = come.get(place) ?? [];
    if (
      column !== undefined &&
      candidate !== undefined &&
      candidate.definition["generated"] === column.definition["generated"] &&
      others.length === 0 &&
      rivals.length === 0
    ) {
      renamed.set(column, candidate);
    }
  }
  return renamed;
}

/** By table and type. */
function columnsByPlace(
  objects: readonly CatalogueObject[],
): ReadonlyMap<string, readonly CatalogueObject[]> {
  return Map.groupBy(
    objects.filter((object) => object.class === "column"),
    ({ name, definition }) => JSON.stringify([name.split(".", 1)[0], definition["type"]]),
  );
}
