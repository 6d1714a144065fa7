// Cuts a JSON array into the texts of its items without parsing them, so that one broken item costs only itself and a
// file of any size is held one item at a time. The items are parsed by JSON.parse elsewhere.
import { BarFileError, DamagedFileError } from "./bar-file-error.ts";
import { shownText } from "./shown-text.ts";

const LONGEST_ITEM = 1024 * 1024;

const QUOTE = 34;
const COMMA = 44;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** Where in the file the reader stands. */
interface Position {
  place: "before" | "item or end" | "item" | "comma or end" | "after";
}

const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

/** Texts of consecutive items of the outer array. */
export interface JsonItems {
  readonly texts: readonly string[];
  /** Number of the first, counted from 1. */
  readonly firstItem: number;
}

/**
 * @throws BarFileError where the file is not an array
 * @throws DamagedFileError where the array breaks off or goes wrong between two items
 */
export async function* jsonItems(chunks: AsyncIterable<Buffer>): AsyncGenerator<JsonItems> {
  const decoder = new TextDecoder("utf-8");
  const position: Position = { place: "before" };
  let text = "";
  let at = 0;
  let itemStart = 0;
  let depth = 0;
  let inString = false;
  let delivered = 0;
  let ready: string[] = [];

  function finishItem(end: number): void {
    ready.push(text.slice(itemStart, end));
    position.place = "comma or end";
  }

  /** One character outside of an item. */
  function between(code: number): void {
    if (isBlank(code)) {
      at += 1;
    } else if (position.place === "before") {
      if (code !== OPEN_BRACKET)
        throw new BarFileError("is JSON but not an array; an array of bars was expected.");
      position.place = "item or end";
      at += 1;
    } else if (position.place === "comma or end" && code === COMMA) {
      position.place = "item or end";
      at += 1;
    } else if (position.place !== "after" && code === CLOSE_BRACKET) {
      position.place = "after";
      at += 1;
    } else if (position.place === "item or end" && code !== COMMA) {
      position.place = "item";
      itemStart = at;
      depth = 0;
      inString = false;
    } else {
      const found = `"${shownText(text.slice(at, at + 20))}"`;
      const where =
        position.place === "after" ? "goes on after its array ended" : "is no JSON array any more";
      throw new DamagedFileError(`it ${where}, at ${found}`);
    }
  }

  /** Characters of an item, up to its end or the end of the text. */
  function inside(): void {
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (inString) {
        if (code === BACKSLASH) at += 1;
        else if (code === QUOTE) inString = false;
      } else if (code === QUOTE) {
        inString = true;
      } else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
        depth += 1;
      } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) {
        if (depth === 0) return finishItem(at);
        depth -= 1;
        if (depth === 0) {
          at += 1;
          return finishItem(at);
        }
      } else if (code === COMMA && depth === 0) {
        return finishItem(at);
      }
    }
    if (at - itemStart > LONGEST_ITEM) {
      throw new DamagedFileError("an item of more than 1 MiB follows, which is no bar");
    }
  }

  function scan(): unknown {
    try {
      while (at < text.length) {
        if (position.place === "item") inside();
        else between(text.charCodeAt(at));
      }
    } catch (error) {
      return error;
    }
    return undefined;
  }

  function take(): JsonItems {
    const items = { texts: ready, firstItem: delivered + 1 };
    delivered += ready.length;
    ready = [];
    return items;
  }

  for await (const chunk of chunks) {
    const kept = position.place === "item" ? text.slice(itemStart) : "";
    at = position.place === "item" ? at - itemStart : 0;
    itemStart = 0;
    text = kept + decoder.decode(chunk, { stream: true });
    const failure = scan();
    if (ready.length > 0) yield take();
    if (failure !== undefined) throw failure;
  }
  if (position.place !== "after")
    throw new DamagedFileError("it breaks off before the end of its JSON array");
}
