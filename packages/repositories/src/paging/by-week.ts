// Groups what is looked up by id into weeks of the ids' times: one statement a week touches few chunks, where one bound over
// all of them might plan the chunks of years.

const WEEK_MILLISECONDS = 7 * 86_400_000;

/** Items of one week, and its bounds. */
export interface Week<Item> {
  readonly from: Temporal.Instant;
  /** First moment after it. */
  readonly to: Temporal.Instant;
  readonly items: readonly Item[];
}

/** Items by the week of their time, in the order the weeks come first. */
export function byWeek<Item>(
  items: readonly Item[],
  timeOf: (item: Item) => Temporal.Instant,
): readonly Week<Item>[] {
  const weeks = Map.groupBy(items, (item) => Math.floor(timeOf(item).epochMilliseconds / WEEK_MILLISECONDS));
  return [...weeks].map(([week, group]) => ({
    from: Temporal.Instant.fromEpochMilliseconds(week * WEEK_MILLISECONDS),
    to: Temporal.Instant.fromEpochMilliseconds((week + 1) * WEEK_MILLISECONDS),
    items: group,
  }));
}
