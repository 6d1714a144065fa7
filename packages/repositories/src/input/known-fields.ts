// Fields that are known by name. A misspelt one that was passed over would be a value the caller believes was taken.
import { refusalBecause } from "./refuse.ts";

/**
 * Refuses what none of the fields is; one that is undefined is not given.
 * @param path what errors put before the field, such as `stopLoss.`
 * @throws {InvalidInputError} naming the field
 */
export function refuseUnknownFields(
  what: string,
  given: object,
  fields: Readonly<Record<string, unknown>>,
  path = "",
): void {
  for (const [field, value] of Object.entries(given)) {
    if (value !== undefined && !Object.hasOwn(fields, field)) {
      throw refusalBecause(`${path}${field}`, `it is no field of ${what} that can be given.`);
    }
  }
}
