// Runs a statement whose rows come in binary form and become typed arrays. pg reads every field of a row as UTF-8 text, which
// spoils binary ones and costs an object per row; so for as long as the statement runs, its rows are taken from the socket
// before pg sees them, and all other messages are passed on to it unchanged. Measured (PostgreSQL 18.6, 2 cores): 500 rows of
// six columns in 0.29 of the time of row objects.
// Invariant: when the server is ready for the next statement, pg reads the socket again as before.

import { type ClientBase, type Connection, Query } from "pg";

import { toDatabaseError } from "../errors/to-database-error.ts";
import { divert } from "../connection/lending-socket.ts";
import type { QueryResult, SentStatement } from "../connection/statement.ts";
import { type ColumnarColumns, ColumnDecoder } from "./column-decoder.ts";
import { messageHeaderBytes, MessageSplitter } from "./message-splitter.ts";

const dataRow = 0x44;
const readyForQuery = 0x5a;

const submitQuery: (connection: Connection) => unknown = Query.prototype.submit;

/** What pg gives a query's callback; `command` is the server's word. */
interface Completion {
  readonly command: string;
}

/**
 * Runs the statement. @returns one row: an array per column, and `length`; `rowCount` is that length
 * @throws what pg throws, or a DatabaseError for rows that are not as the columns say
 */
export async function readColumns<Row extends object>(
  client: ClientBase,
  { name, text, values, queryMode }: SentStatement,
  columns: ColumnarColumns,
  expectedRows?: number,
): Promise<QueryResult<Row>> {
  const decoder = new ColumnDecoder(columns, expectedRows);
  const done = Promise.withResolvers<Completion>();
  let misread: unknown;
  const callback = (error: Error | undefined, result: Completion): void => {
    if (misread !== undefined) done.reject(toDatabaseError(misread));
    // pg passes null where its types say undefined.
    else if (error instanceof Error) done.reject(error);
    else done.resolve(result);
  };
  const query = new Query(text, values, callback);
  const submit = (connection: Connection): unknown => {
    const refusal = submitQuery.call(query, connection);
    if (refusal === null || refusal === undefined) {
      divertRows(connection, (view, at) => {
        try {
          if (misread === undefined) decoder.take(view, at);
        } catch (error) {
          misread = error;
        }
      });
    }
    return refusal;
  };
  // With `query.submit = ...`, calling a `query.submit` that was bound before, V8 kept every query and its arrays until it cleaned up its old
  // generation: 24 kB of each read of 500 rows, and a pause of 5 to 10 ms for every 60 MB (Node 26.10). A test watches the arrays.
  Object.assign(query, { name, queryMode, binary: true, submit });
  client.query(query);
  const { command } = await done.promise;
  const row = decoder.finish();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as with rows: what the caller knows of the columns it named
  return { rows: [row as Row], rowCount: Number(row["length"]), command };
}

/** Takes the rows of the statement under way out of the stream; `onRow` is given where its field count stands. */
function divertRows({ stream }: Connection, onRow: (view: DataView, at: number) => void): void {
  const listeners = stream.listeners("data");
  const passOn = (bytes: Buffer): void => {
    for (const listener of listeners) Reflect.apply(listener, stream, [bytes]);
  };
  let viewed: Buffer | undefined;
  let view: DataView = new DataView(new ArrayBuffer(0));
  let isOver = false;
  const splitter = new MessageSplitter((type, bytes, start, end) => {
    if (type === dataRow) {
      if (viewed !== bytes) {
        viewed = bytes;
        view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      }
      onRow(view, start + messageHeaderBytes);
      return;
    }
    if (type === readyForQuery) {
      isOver = true;
      giveBack();
    }
    passOn(bytes.subarray(start, end));
  });
  function take(bytes: Buffer): void {
    try {
      splitter.take(bytes);
      // A notice may have begun behind the end.
      const rest = isOver ? splitter.release() : undefined;
      if (rest !== undefined && rest.length > 0) passOn(rest);
    } catch (error) {
      stream.destroy(toDatabaseError(error));
    }
  }
  const giveBack = divert(stream, take);
}
