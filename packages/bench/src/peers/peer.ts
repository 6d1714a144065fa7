// What a peer is: a library over the same database, which asks the five questions as its users would. Types, and how an answer is made;
// nothing is measured or compared here.
// Invariant: what is timed is what a caller of the library waits for, in the shape in which the library gives it.
import type { PeerQueryName, PeerValues } from "./peer-queries.ts";

/** One question to one peer. */
export interface PeerQuestion<Values> {
  /** What is timed. */
  ask(this: void, values: Values): Promise<unknown>;
  /** Asks, and makes row objects of the answer, for comparing it; never timed. */
  rows(this: void, values: Values): Promise<readonly object[]>;
}

/** The questions a peer answers; a column of a row bears the name of the table's column, or of its property in the schema. */
export type PeerQuestions = {
  readonly [Name in PeerQueryName]?: PeerQuestion<PeerValues[Name]>;
};

/** A peer that is connected. */
export interface Peer extends AsyncDisposable {
  readonly questions: PeerQuestions;
}

/** What a peer is opened with. */
export interface PeerOptions {
  /** Where the seeded database is. */
  readonly url: string;
  /** Connections of its pool; they stay open until the peer is closed. */
  readonly connections: number;
  /** Session parameters for the login. */
  readonly session: string;
  readonly say: (text: string) => void;
}

/** A peer before it is connected. */
export interface PeerSource {
  /** As it is called in a report. */
  readonly name: string;
  /** The package whose version a report names. */
  readonly package: string;
  readonly answers: readonly PeerQueryName[];
  /** Whether its answers come from the server; one that has the rows itself does not set the pace of the others. */
  readonly isOverServer: boolean;
  /** Loads what connects it. @throws where a package is not installed, or cannot be loaded */
  load(this: void): Promise<(options: PeerOptions) => Peer | Promise<Peer>>;
}

/** A question whose answer is rows already. */
export function askRows<Values>(ask: (values: Values) => Promise<readonly object[]>): PeerQuestion<Values> {
  return { ask, rows: ask };
}

/** A question whose answer has another shape. */
export function askAnswer<Values, Answer>(
  ask: (values: Values) => Promise<Answer>,
  rowsOf: (answer: Answer) => readonly object[],
): PeerQuestion<Values> {
  return { ask, rows: async (values) => rowsOf(await ask(values)) };
}

/** A moment as the libraries take it; exact, since values are drawn in whole milliseconds. */
export function asDate(moment: Temporal.Instant): Date {
  return new Date(moment.epochMilliseconds);
}
