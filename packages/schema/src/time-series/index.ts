// What a declaration of time series is made of and how it is read, without the tables: loading this loads no Drizzle.
export {
  type AggregateColumn,
  bucketColumn,
  type ContinuousAggregateDeclaration,
  type RefreshWindow,
} from "./continuous-aggregate.ts";
export {
  approximateMicroseconds,
  compareDurations,
  type Duration,
  type DurationParts,
  durationParts,
} from "./duration.ts";
