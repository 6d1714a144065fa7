// What a workload is: a named call, over and over with other values. Types only.
import type { Queryable } from "@app/database";
import type { WorkloadResult } from "../results/bench-report.ts";

/** A named call, over and over with other values. */
export interface Workload {
  readonly name: string;
  readonly class: WorkloadResult["class"];
  /**
   * Makes one call.
   * @param database where statements go; a write goes through the repositories it was made with
   * @returns the number of rows it gave; undefined for a write
   */
  run(database: Queryable): Promise<number | undefined>;
}
