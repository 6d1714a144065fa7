// The check of a log record whose caller wants to hear of a mistake: append and appendMany. The buffered writer mends instead
// (cleaned-log-record.ts), since nobody waits for its answer.
import { logLevels } from "@app/schema/vocabulary";
import { createId, idOfRow, timeOfId, timeOrderedId } from "../identity/time-ordered-id.ts";
import { choice } from "../input/choice-field.ts";
import { moment } from "../input/instant-field.ts";
import { jsonObject } from "../input/json-field.ts";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { finiteNumber } from "../input/number-field.ts";
import { optional } from "../input/optional.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import { code, freeText } from "../input/text-field.ts";
import { cleanError } from "./cleaned-log-record.ts";
import { LOG_LIMITS, logRecordFields, type LogRow, type NewLogRecord } from "./log-record.ts";
import { now } from "../time/now.ts";

/**
 * A record ready to be stored.
 * @param at what the fields are named after, such as `records[3].`
 * @throws {InvalidInputError} naming the field
 */
export function checkLogRecord(record: NewLogRecord, at = ""): LogRow {
  if (typeof record !== "object" || record === null) throw refusal(`${at}record`, record, "a log record");
  refuseUnknownFields("a log record", record, logRecordFields, at);
  const { id, loggedAt } = identity(record, at);
  return {
    id,
    loggedAt,
    level: choice(`${at}level`, record.level, logLevels),
    component: checkComponent(`${at}component`, record.component),
    message: freeText(`${at}message`, record.message, LOG_LIMITS.message),
    strategyId: optional(record.strategyId, (value) => timeOrderedId(`${at}strategyId`, value)),
    correlationId: optional(record.correlationId, (value) => checkCorrelationId(`${at}correlationId`, value)),
    durationMilliseconds: optional(record.durationMilliseconds, (value) =>
      finiteNumber(`${at}durationMilliseconds`, value, 0, Number.MAX_VALUE),
    ),
    ...cleanError(record.error),
    context: optional(record.context, (value) => checkContext(`${at}context`, value)),
    host: optional(record.host, (value) => freeText(`${at}host`, value, LOG_LIMITS.host)),
    processId: optional(record.processId, (value) => freeText(`${at}processId`, value, LOG_LIMITS.processId)),
  };
}

function identity(record: NewLogRecord, at: string): Pick<LogRow, "id" | "loggedAt"> {
  if (record.loggedAt !== undefined) {
    const loggedAt = moment(`${at}loggedAt`, record.loggedAt);
    const id =
      record.id === undefined
        ? idAt(`${at}loggedAt`, loggedAt)
        : idOfRow(`${at}id`, record.id, loggedAt, `${at}loggedAt`);
    return { id, loggedAt };
  }
  if (record.id === undefined) {
    const loggedAt = now();
    return { id: createId(loggedAt), loggedAt };
  }
  const id = timeOrderedId(`${at}id`, record.id);
  return { id, loggedAt: timeOfId(id) };
}

function idAt(field: string, loggedAt: Temporal.Instant): string {
  if (loggedAt.epochMilliseconds >= 0) return createId(loggedAt);
  throw refusalBecause(field, `${loggedAt.toString()} lies before 1970, which a UUIDv7 cannot hold.`);
}

/** A component's name. @throws {InvalidInputError} naming the field */
export const checkComponent = (field: string, value: unknown): string =>
  code(field, value, LOG_LIMITS.component);

/** A correlation id. @throws {InvalidInputError} naming the field */
export const checkCorrelationId = (field: string, value: unknown): string =>
  code(field, value, LOG_LIMITS.correlationId);

/** JSON text of a context. @throws {InvalidInputError} naming the field */
export function checkContext(field: string, value: unknown): string {
  const { text } = jsonObject(field, value);
  if (text.length <= LOG_LIMITS.context) return text;
  throw refusalBecause(field, `its JSON is longer than ${LOG_LIMITS.context} characters.`);
}
