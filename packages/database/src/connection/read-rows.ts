// Runs a statement whose rows become objects, and lets the server describe the rows of a prepared statement once per connection.
// pg asks with every execution, has every column described again and looks up its decoders anew, which is most of the work of
// reading one row of forty columns. Not the reading of columns as arrays (../columnar).
// Invariant: a description is used with the very statement it was given for; the server refuses to run a prepared statement
// whose columns have changed, names included ("cached plan must not change result type"), so it is never out of date. A pooler
// that prepares a statement anew on another server connection hides that: then a row of another width is refused here.

import { type ClientBase, type Connection, Query } from "pg";

import { decoderOf } from "../codecs/type-parsers.ts";
import { UsageError } from "../errors/database-error.ts";
import type { QueryResult, SentStatement } from "./statement.ts";

/** One column of a result. */
interface Field {
  readonly name: string;
  readonly decode: (text: string) => unknown;
}

/** The columns of a statement. */
interface RowShape {
  readonly fields: readonly Field[];
  /** A row with null everywhere. */
  readonly empty: Readonly<Record<string, null>>;
}

/** What is known of the statements that were prepared on one connection. */
export class DescribedStatements {
  /** By the statement's name there. */
  readonly shapes = new Map<string, RowShape>();
  #piece: SentPiece | undefined;

  /** Lets a query send what it sends but for the question how its rows look, and as one piece. */
  sendWithoutDescription(connection: Connection, send: (connection: Connection) => void): void {
    this.#piece ??= createSentPiece(connection);
    const { collecting, pieces } = this.#piece;
    send(collecting);
    if (pieces.length > 0) connection.stream.write(Buffer.concat(pieces));
    pieces.length = 0;
  }
}

/** Several small pieces cost the socket more than the server needs for a look-up by key. */
interface SentPiece {
  /** The connection, but what is written to it goes into `pieces`. */
  readonly collecting: Connection;
  readonly pieces: Buffer[];
}

function createSentPiece(connection: Connection): SentPiece {
  const pieces: Buffer[] = [];
  const stream = {
    get writable() {
      return connection.stream.writable;
    },
    write: (piece: Buffer) => pieces.push(piece),
  };
  const collecting: unknown = Object.create(connection, {
    describe: { value: () => undefined },
    stream: { value: stream },
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object with the connection as its prototype is one
  return { collecting: collecting as Connection, pieces };
}

const noColumns: RowShape = { fields: [], empty: {} };

interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

interface DataRow {
  readonly fields: readonly (string | null)[];
}

/** What pg gives a query's callback; `command` is the server's word. */
interface Completion {
  readonly rowCount: number | null;
  readonly command: string;
}

/** Methods of pg's Query that pg calls itself, and that its published types leave out. */
interface QueryMethods {
  prepare(connection: Connection): void;
  handleRowDescription(message: RowDescription): void;
  handleDataRow(message: DataRow): void;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- pg has these methods and its published types do not
const queryMethods = Query.prototype as unknown as Readonly<QueryMethods>;

/** Runs a statement. @throws what pg throws, or what a decoder throws */
export async function readRows<Row extends object>(
  client: ClientBase,
  { name, text, values, queryMode }: SentStatement,
  described: DescribedStatements,
): Promise<QueryResult<Row>> {
  const done = Promise.withResolvers<Completion>();
  const rows: Row[] = [];
  let misread: unknown;
  // Given text and values, since pg clones an object of both property by property. Given a callback and never pg's promise, which keeps a result until V8 cleans up its old generation: 20 callers made 10,000 calls
  // with it where they make 13,000.
  const query = new Query(text, values, (error: Error | undefined, result: Completion) => {
    // pg passes null where its types say undefined.
    if (error instanceof Error) done.reject(error);
    else if (misread === undefined) done.resolve(result);
    else done.reject(misread);
  });
  const known = name === undefined ? undefined : described.shapes.get(name);
  let shape = known ?? noColumns;
  const methods: QueryMethods = {
    prepare(connection) {
      const send = (over: Connection): void => queryMethods.prepare.call(query, over);
      if (known === undefined) send(connection);
      else described.sendWithoutDescription(connection, send);
    },
    handleRowDescription(message) {
      shape = shapeOf(message);
      if (name !== undefined) described.shapes.set(name, shape);
    },
    handleDataRow(message) {
      if (misread !== undefined) return;
      try {
        if (message.fields.length !== shape.fields.length) {
          if (name !== undefined) described.shapes.delete(name);
          throw new UsageError(
            `The columns of the statement "${name ?? text}" have changed behind a pooler; run it again.`,
          );
        }
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the caller knows of the columns of its statement
        rows.push(toRow(shape, message.fields) as Row);
      } catch (error) {
        misread = error;
      }
    },
  };
  Object.assign(query, { name, queryMode }, methods);
  client.query(query);
  const { rowCount, command } = await done.promise;
  return { rows, rowCount: rowCount ?? 0, command };
}

function shapeOf({ fields }: RowDescription): RowShape {
  return {
    fields: fields.map(({ name, dataTypeID }) => ({ name, decode: decoderOf(dataTypeID) })),
    empty: Object.fromEntries(fields.map(({ name }) => [name, null])),
  };
}

/** A copy of an object that has all columns is made several times faster than one that gets them one by one. */
function toRow({ fields, empty }: RowShape, values: DataRow["fields"]): object {
  const row: Record<string, unknown> = { ...empty };
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index];
    const value = values[index];
    if (field !== undefined) row[field.name] = typeof value === "string" ? field.decode(value) : null;
  }
  return row;
}
