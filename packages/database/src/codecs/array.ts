// Reads the text of a PostgreSQL array, of any depth, into nested JavaScript arrays. Not the writing of arrays (pg does it).
// Invariant: elements go through the element's own codec; an unquoted NULL is null, a quoted "NULL" is the word.

import { InvalidInputError } from "../errors/database-error.ts";

/** A decoded array: elements, nulls, or further arrays. */
export type DecodedArray<Element> = (Element | null | DecodedArray<Element>)[];

function malformed(text: string): InvalidInputError {
  return new InvalidInputError(
    `The database sent ${JSON.stringify(text.slice(0, 60))}, which is not an array.`,
  );
}

/** Decodes array text such as `{1,NULL,{"a b"}}`; bounds in front (`[0:1]=`) are dropped. */
export function decodeArray<Element>(
  text: string,
  decode: (element: string) => Element,
): DecodedArray<Element> {
  let position = text.startsWith("[") ? text.indexOf("=") + 1 : 0;

  function readQuoted(): string {
    let element = "";
    let runStart = (position += 1);
    for (; position < text.length; position += 1) {
      const character = text[position];
      if (character === '"') {
        element += text.slice(runStart, position);
        position += 1;
        return element;
      }
      if (character === "\\") {
        element += text.slice(runStart, position);
        position += 1;
        runStart = position;
      }
    }
    throw malformed(text);
  }

  function readElement(): Element | null {
    if (text[position] === '"') return decode(readQuoted());
    const start = position;
    while (position < text.length && text[position] !== "," && text[position] !== "}") position += 1;
    const element = text.slice(start, position);
    return element === "NULL" ? null : decode(element);
  }

  function readArray(): DecodedArray<Element> {
    if (text[position] !== "{") throw malformed(text);
    position += 1;
    const elements: DecodedArray<Element> = [];
    if (text[position] === "}") {
      position += 1;
      return elements;
    }
    for (;;) {
      elements.push(text[position] === "{" ? readArray() : readElement());
      const separator = text[position];
      position += 1;
      if (separator === "}") return elements;
      if (separator !== ",") throw malformed(text);
    }
  }

  const decoded = readArray();
  if (position !== text.length) throw malformed(text);
  return decoded;
}
