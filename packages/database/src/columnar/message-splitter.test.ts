// Messages cut anywhere come out whole, and bytes that are none are refused.
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { UnavailableError } from "../errors/database-error.ts";
import { MessageSplitter } from "./message-splitter.ts";

const message = fc
  .record({
    type: fc.constantFrom("C", "D", "E", "I", "N", "S", "T", "Z", "2"),
    body: fc.uint8Array({ maxLength: 40 }),
  })
  .map(({ type, body }) => {
    const bytes = Buffer.alloc(5 + body.length);
    bytes.write(type);
    bytes.writeInt32BE(4 + body.length, 1);
    bytes.set(body, 5);
    return bytes;
  });

function split(chunks: readonly Buffer[]): Buffer[] {
  const found: Buffer[] = [];
  const splitter = new MessageSplitter((type, bytes, start, end) => {
    expect(type).toBe(bytes[start]);
    found.push(Buffer.from(bytes.subarray(start, end)));
  });
  // As a socket lends them: in one buffer, which is overwritten afterwards.
  const lent = Buffer.alloc(Math.max(0, ...chunks.map(({ length }) => length)));
  for (const chunk of chunks) {
    lent.set(chunk);
    splitter.take(lent.subarray(0, chunk.length));
    lent.fill(0xff);
  }
  return found;
}

describe("the messages of a connection", () => {
  it("come out whole and in order, wherever the chunks are cut", () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 30 }),
        (messages, sizes) => {
          const bytes = Buffer.concat(messages);
          const chunks: Buffer[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const end = at + (sizes[turn % sizes.length] ?? 1);
            chunks.push(bytes.subarray(at, end));
            at = end;
          }
          expect(split(chunks)).toEqual(messages);
        },
      ),
    );
  });

  it("are refused where the bytes cannot be a message: an unknown type, a length below 4, one beyond a gigabyte", () => {
    for (const bytes of [
      Buffer.from([0x00, 0, 0, 0, 4]),
      Buffer.from([0x44, 0, 0, 0, 3]),
      Buffer.from([0x44, 0x7f, 0, 0, 0]),
    ]) {
      expect(() => split([bytes])).toThrow(UnavailableError);
    }
  });

  it("leave what is not whole yet to whoever takes the bytes from then on", () => {
    const found: number[] = [];
    const splitter = new MessageSplitter((type) => found.push(type));
    splitter.take(Buffer.from([0x5a, 0, 0, 0, 5, 0x49, 0x4e, 0, 0]));
    expect(found).toEqual([0x5a]);
    expect([...splitter.release()]).toEqual([0x4e, 0, 0]);
    expect(splitter.release()).toHaveLength(0);
  });
});
