// Takes out of catalogues what the time-series layer answers for: the extension, the aggregates, and the views it reads
// them through. The rest is the same on every edition.

import type { TimeSeriesDeclaration } from "@app/schema";

import { type Catalogue, type CatalogueObject, createCatalogue } from "../catalogue/catalogue.ts";
import type { ServerDescription } from "../session/server-description.ts";

/** The catalogues without those objects. */
export function withoutTimeSeries(
  edition: ServerDescription["edition"],
  { continuousAggregates }: TimeSeriesDeclaration,
  [expected, live]: readonly [Catalogue, Catalogue],
): readonly [Catalogue, Catalogue] {
  if (edition === "postgres") return [expected, live];
  const names = new Set([
    ...continuousAggregates.map(({ name }) => name),
    ...(edition === "timescale" ? continuousAggregates.map(({ view }) => view) : []),
  ]);
  const isLayers = ({ class: kind, name }: CatalogueObject): boolean =>
    (kind === "view" && names.has(name)) || (kind === "other" && name === "extension timescaledb");
  const rest = ({ objects }: Catalogue): Catalogue =>
    createCatalogue(objects.filter((object) => !isLayers(object)));
  return [rest(expected), rest(live)];
}
