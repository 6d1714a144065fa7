// How the columnar storage of a hypertable or an aggregate differs from what is declared. Pure.

import type { Columnstore } from "@app/schema";

import { describeInterval, sameInterval } from "./interval-text.ts";
import type { LiveColumnstore } from "./live-state.ts";
import type { ColumnstoreSettings, RelationKind, TimeSeriesChange } from "./time-series-change.ts";

export function settingsOf({
  segmentBy,
  orderBy,
  sparseIndexes,
  rollUpChunksTo,
}: Columnstore): ColumnstoreSettings {
  return {
    segmentBy,
    orderBy,
    sparseIndexes: sparseIndexes ?? [],
    rollUpChunksTo: rollUpChunksTo ?? null,
  };
}

export function columnstoreChange(
  relation: RelationKind,
  name: string,
  settings: ColumnstoreSettings,
  live: LiveColumnstore | null,
): readonly TimeSeriesChange[] {
  const action = { type: "set-columnstore", relation, name, settings } as const;
  const object = `${relation} ${name}`;
  if (live === null) {
    return [
      {
        object,
        why: "its older chunks are not stored in columns, declared is that they are",
        safety: "online",
        reason: "chunks are converted later, one by one",
        missing: true,
        action,
      },
    ];
  }
  const differences = columnstoreDifferences(settings, live);
  if (differences.length === 0) return [];
  return [
    {
      object,
      why: differences.join("; "),
      safety: "online",
      reason: "counts for chunks converted from now on; those converted before keep their layout",
      missing: false,
      action,
    },
  ];
}

function columnstoreDifferences(settings: ColumnstoreSettings, live: LiveColumnstore): readonly string[] {
  const order = (columns: ColumnstoreSettings["orderBy"]): string =>
    columns.map(({ column, direction }) => (direction === "desc" ? `${column} desc` : column)).join(", ");
  const indexes = (list: LiveColumnstore["sparseIndexes"]): string | undefined =>
    list
      ?.map(({ kind, column }) => `${kind}(${column})`)
      .toSorted()
      .join(", ");
  const compared = [
    ["segments by", settings.segmentBy.join(", "), live.segmentBy.join(", ")],
    ["orders by", order(settings.orderBy), order(live.orderBy)],
    // Where none are declared, the server's own choice is left alone.
    ...(settings.sparseIndexes.length === 0
      ? []
      : [
          [
            "has the sparse indexes",
            indexes(settings.sparseIndexes),
            indexes(live.sparseIndexes) ?? "the server chooses",
          ] as const,
        ]),
  ] as const;
  return [
    ...compared
      .filter(([, declared, found]) => declared !== found)
      .map(
        ([what, declared, found]) => `it ${what} ${found || "nothing"}, declared is ${declared || "nothing"}`,
      ),
    ...(settings.rollUpChunksTo === null
      ? live.rollUpChunksTo === null
        ? []
        : [
            `it joins chunks to ${describeInterval(live.rollUpChunksTo)}, declared is that they stay as they are`,
          ]
      : sameInterval(settings.rollUpChunksTo, live.rollUpChunksTo)
        ? []
        : [
            `it ${live.rollUpChunksTo === null ? "joins no chunks" : `joins chunks to ${describeInterval(live.rollUpChunksTo)}`}, declared is ${settings.rollUpChunksTo}`,
          ]),
  ];
}
