// What an audit record is: who did what to which thing, when and why. Records of configuration and of fills are the
// database's own, by trigger; a caller adds administrative acts. Types only.
import type { Moment } from "../input/instant-field.ts";
import type { JsonObject } from "../input/json-field.ts";

/** A record of audit_log, as it is read. What it does not have is null. */
export interface AuditRecord {
  /** UUIDv7 that holds the millisecond of `occurredAt`. */
  readonly id: string;
  readonly occurredAt: Temporal.Instant;
  /** `insert`, `update` or `delete` where the database saw a change; else the name of an administrative act. */
  readonly action: string;
  /** Table, or other kind of thing, it was done to. */
  readonly entityType: string;
  readonly entityId: string;
  /** Database role of the session. */
  readonly actor: string;
  /** The person or service behind the role. */
  readonly onBehalfOf: string | null;
  readonly application: string | null;
  readonly clientAddress: string | null;
  /** What changed, as it was and as it is. */
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
  readonly correlationId: string | null;
  /** When the database wrote it, by its own clock. */
  readonly recordedAt: Temporal.Instant;
  /** Kept at least until this day, UTC, where that is later than seven years. */
  readonly retainUntil: Temporal.PlainDate | null;
}

/** An administrative act to be recorded. Role, application and address are the session's, and not the caller's to say. */
export interface NewAuditRecord {
  /** @defaultValue a new one; where only `id` is given, `occurredAt` is the time inside of it */
  readonly id?: string | undefined;
  /** @defaultValue the present, to the microsecond */
  readonly occurredAt?: Moment | undefined;
  /** Up to 100 characters: `restart`, `risk-limit-override`. Not insert, update or delete: those the database records. */
  readonly action: string;
  /** Up to 100 characters. */
  readonly entityType: string;
  /** Up to 200 characters. */
  readonly entityId: string;
  /** @defaultValue the session's setting `app.actor` */
  readonly onBehalfOf?: string | null | undefined;
  /** What it was before, as far as that is to be kept. @defaultValue null */
  readonly before?: JsonObject | null | undefined;
  /** What it became. @defaultValue null */
  readonly after?: JsonObject | null | undefined;
  /** @defaultValue the session's setting `app.reason` */
  readonly reason?: string | null | undefined;
  /** @defaultValue the session's setting `app.correlation_id` */
  readonly correlationId?: string | null | undefined;
}
