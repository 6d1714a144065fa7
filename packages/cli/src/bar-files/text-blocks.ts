// Cuts a stream of bytes into blocks of whole lines of text, so that every line keeps its number.
// A byte sequence that is not UTF-8 becomes U+FFFD and is refused by the row it stands in, not here.
import { BarFileError } from "./bar-file-error.ts";

const LONGEST_LINE = 1024 * 1024;

/** Whole lines, without the line end of the last one; line ends inside are single \n. */
export interface TextBlock {
  readonly text: string;
  /** Number of the first line, counted from 1. */
  readonly firstLine: number;
}

/** @throws BarFileError when no line ends within 1 MiB: whatever that is, it is no CSV. */
export async function* textBlocks(chunks: AsyncIterable<Buffer>): AsyncGenerator<TextBlock> {
  const decoder = new TextDecoder("utf-8");
  let pending = "";
  let nextLine = 1;

  function block(lines: string): TextBlock {
    let text = lines;
    if (text.includes("\r")) text = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
    if (text.endsWith("\n")) text = text.slice(0, -1);
    const firstLine = nextLine;
    nextLine += 1;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) nextLine += 1;
    return { text, firstLine };
  }

  // On damage the loop throws after the last whole line; a line cut in the middle is not a line.
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf("\n") + 1;
    if (end === 0) {
      pending += text;
      if (pending.length > LONGEST_LINE) {
        throw new BarFileError(`has no line end within 1 MiB after line ${nextLine - 1}; it is not CSV.`);
      }
      continue;
    }
    const lines = pending + text.slice(0, end);
    pending = text.slice(end);
    yield block(lines);
  }
  pending += decoder.decode();
  if (pending !== "") yield block(pending);
}
