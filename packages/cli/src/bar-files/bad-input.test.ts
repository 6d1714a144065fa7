// Every way in which a file can be wrong: it is named with its line, and the good rows around it are kept.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { BarFileError } from "./bar-file-error.ts";
import { readFile, readPath } from "./fixtures/read-file.ts";

const HEADER = "timestamp,open,high,low,close,volume";
const minute = (index: number): string => new Date(Date.UTC(2024, 0, 1) + index * 60_000).toISOString();
const good = (index: number): string => `${minute(index)},100,102,99,101,${Math.abs(index)}`;
const file = (...rows: readonly string[]): string => `${[HEADER, ...rows].join("\n")}\n`;

/** A good row, the given one, a good row. */
async function between(row: string): Promise<{ refusals: readonly string[]; times: readonly string[] }> {
  const { refusals, bars } = await readFile(file(good(0), row, good(2)));
  return { refusals, times: bars.map(([time]) => time) };
}

describe("a row that is no bar", () => {
  const at = minute(1);
  const digits = "1".repeat(300);
  const rows: readonly (readonly [what: string, row: string, reason: string])[] = [
    ["NaN", `${at},NaN,102,99,101,1`, `open is not a number: "NaN"`],
    ["infinity", `${at},100,Infinity,99,101,1`, `high is not a number: "Infinity"`],
    ["an overflowing exponent", `${at},100,1e999,99,101,1`, `high is not a number: "1e999"`],
    ["hexadecimal", `${at},100,102,0x10,101,1`, `low is not a number: "0x10"`],
    ["a negative price", `${at},100,102,-99,101,1`, `low is not above zero: "-99"`],
    ["a price of zero", `${at},0,102,99,101,1`, `open is not above zero: "0"`],
    ["a price beyond belief", `${at},100,1e16,99,101,1`, `high is larger than 1e+15: "1e16"`],
    ["a negative volume", `${at},100,102,99,101,-1`, `volume is negative: "-1"`],
    ["volume NaN", `${at},100,102,99,101,nan`, `volume is not a number: "nan"`],
    ["a missing price", `${at},100,102,99,,1`, "close is missing"],
    ["high below low", `${at},100,98,99,101,1`, "high 98 is below low 99"],
    ["high below close", `${at},100,100.5,99,101,1`, "high 100.5 is below close 101"],
    ["low above open", `${at},98,102,99,101,1`, "low 99 is above open 98"],
    [
      "a number of 300 digits",
      `${at},${digits},102,99,101,1`,
      `open is no number this long: ${digits.slice(0, 24)}... (300 characters)`,
    ],
    [
      "a time in the far future",
      "2124-01-01T00:01:00Z,100,102,99,101,1",
      `time lies in the future: "2124-01-01T00:01:00Z"`,
    ],
    [
      "a time before all records",
      "1899-12-30 00:00,100,102,99,101,1",
      `time lies before the year 1900: "1899-12-30 00:00"`,
    ],
    [
      "a day that does not exist",
      "2024-02-30 00:00,100,102,99,101,1",
      `time is not understood: "2024-02-30 00:00"`,
    ],
    ["an ambiguous date", "01/02/2024 00:00,100,102,99,101,1", `time is not understood: "01/02/2024 00:00"`],
    [
      "a time off the grid",
      "2024-01-01 00:01:30,100,102,99,101,1",
      `time is not the opening of a bar (not on a multiple of 1 min): "2024-01-01 00:01:30"`,
    ],
    ["a missing time", ",100,102,99,101,1", "time is missing"],
    ["too few columns", `${at},100,102`, "too few columns: 3, at least 5 are needed"],
    ["one word", "oops", "too few columns: 1, at least 5 are needed"],
    ["an unbalanced quote", `"${at},100,102,99,101,1`, "too few columns: 1, at least 5 are needed"],
  ];
  it.each(rows)("%s is named with its line", async (_, row, reason) => {
    expect(await between(row)).toEqual({
      refusals: [`3: ${reason}`],
      times: ["2024-01-01T00:00:00Z", "2024-01-01T00:02:00Z"],
    });
  });

  it.each(["0", "0.0", "-60", "-62135596800"])(
    "with the epoch %s for a missing time is refused",
    async (epoch) => {
      const second = (index: number): number => Date.UTC(2024, 0, 1) / 1_000 + index * 60;
      const times = [second(0), second(1), epoch, second(2)];
      const lines = times.map((time) => `${time},100,102,99,101,1`);
      const { bars, refusals } = await readFile(file(...lines));
      expect(bars).toHaveLength(3);
      expect(refusals).toEqual([`4: time is not above zero: "${epoch}"`]);
    },
  );

  it("repeated is refused with the line it repeats", async () => {
    expect((await between(good(0))).refusals).toEqual(["3: repeats line 2"]);
  });

  it("contradicting an earlier one is refused, and the earlier one kept", async () => {
    const { bars, refusals } = await readFile(file(good(0), `${minute(0)},100,103,99,101,7`));
    expect(refusals).toEqual(["3: contradicts line 2, which has the same time; that one is kept"]);
    expect(bars).toEqual([["2024-01-01T00:00:00Z", 100, 102, 99, 101, 0]]);
  });

  it("is found to be a repetition however far back the first one stands", async () => {
    const count = 70_000;
    const rows70 = Array.from({ length: count }, (_, index) => good(index - 100_000));
    const { bars, refusals } = await readFile(file(...rows70, good(-100_000), good(-31_000)));
    expect(bars).toHaveLength(count);
    expect(refusals).toEqual([
      `${count + 2}: another bar for this time came earlier in the file; that one is kept`,
      `${count + 3}: repeats line ${69_000 + 2}`,
    ]);
  });

  it("with bytes that are not UTF-8 is named, and its neighbours are whole", async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${HEADER}\n${good(0)}\n${minute(1)},1`),
      Buffer.from([0xc3, 0x28]),
      Buffer.from(`0,102,99,101,1\n${good(2)}\n`),
    ]);
    const { bars, refusals } = await readFile(bytes);
    expect(refusals).toEqual(["3: not valid UTF-8"]);
    expect(bars).toHaveLength(2);
  });

  it("keeps its number below blank lines, Windows line ends and a byte order mark", async () => {
    const text = `\uFEFF${HEADER}\r\n\r\n${good(0)}\r\n\r\nNaN,1,1,1,1,1\r\n${good(1)}`;
    const { bars, refusals } = await readFile(text);
    expect(refusals).toEqual([`5: time is not understood: "NaN"`]);
    expect(bars).toHaveLength(2);
  });

  it("with a decimal comma is refused with a hint", async () => {
    const text = `${HEADER.replaceAll(",", ";")}\n${minute(0)};1,5;2;1;1,5;1\n`;
    expect((await readFile(text)).refusals).toEqual([
      `2: open is not a number: "1,5" (decimals are written with a point: convert the decimal commas)`,
    ]);
  });

  it("goes into the rejects file with its number, its reason and its text", async () => {
    const { rejects } = await readFile(file(good(0), `${minute(1)},"NaN",102,99,101,1`));
    expect(rejects).toBe(
      `line,reason,text\n3,"open is not a number: ""NaN""","${minute(1)},""NaN"",102,99,101,1"\n`,
    );
  });

  it("leaves no rejects file where there is none", async () => {
    expect((await readFile(file(good(0)))).rejects).toBeUndefined();
  });
});

describe("a file that would act on the terminal", () => {
  const ESC = "\u001B";

  it("is told with its control characters written out: a header", async () => {
    await expect(readFile(`x${ESC}]0;mine\u0007,y${ESC}[2J\n1,2\n`)).rejects.toThrow(
      /Found: x\\x1B\]0;mine\\x07, y\\x1B\[2J\. /,
    );
    await expect(readFile(`1,${ESC}[31m\n`)).rejects.toThrow(/line 1 is "1,\\x1B\[31m"\. /);
  });

  it("is told with its control characters written out: a cell, a trade id and what follows an array", async () => {
    expect((await between(`${minute(1)},${ESC}[2J\u202E,102,99,101,1`)).refusals).toEqual([
      String.raw`3: open is not a number: "\x1B[2J\u202E"`,
    ]);
    const trade = `2024-01-01,${ESC}c,100,1`;
    expect((await readFile(`time,id,price,amount\n${trade}\n${trade}\n`)).refusals).toEqual([
      String.raw`3: the trade id \x1Bc was there before`,
    ]);
    expect((await readFile(`[[${Date.UTC(2024)},1,1,1,1]]\u009B2J`)).damage).toBe(
      String.raw`it goes on after its array ended, at "\x9B2J"`,
    );
  });
});

const NOT_TEXT = /^BarFileError: is not text; bars are read from CSV and JSON, plain or gzip\.$/;

describe("a file that is no bar file", () => {
  it.each([
    ["empty", "", /^BarFileError: is empty\.$/],
    ["an empty gzip", gzipSync(""), /^BarFileError: is empty inside its gzip\.$/],
    ["blank lines", "\n\n\n", /^BarFileError: holds nothing but blank lines\.$/],
    ["an empty array", "[]", /^BarFileError: holds no bars: it is an empty JSON array\.$/],
    ["a header alone", `${HEADER}\n\n`, /^BarFileError: holds no bars: there is nothing below its header\.$/],
    ["an object", "{}", /^BarFileError: is JSON but not an array; an array of bars was expected\.$/],
    [
      "an array of words",
      `["a","b"]`,
      /^BarFileError: is a JSON array, but its items are neither arrays nor objects\.$/,
    ],
    [
      "an array of odd rows",
      "[[1,2,3]]",
      /^BarFileError: holds arrays of 3 elements, which could mean anything\./,
    ],
    [
      "a wrong header",
      "x,y,z\n1,2,3\n",
      /^BarFileError: has no column for time, open, high, low, close\. Found: x, y, z\./,
    ],
    ["half a header", "time,open,high,low\n1,2,3,4\n", /^BarFileError: has no column for close\./],
    ["no header", `${good(0)}\n`, /^BarFileError: has no header: line 1 is "2024-01-01T00:00:00\.000Z,100,/],
    ["a zip archive", Buffer.from("PK\u0003\u0004rest"), /^BarFileError: is a zip archive; unpack/],
    [
      "UTF-16",
      Buffer.from(`\uFEFF${file(good(0))}`, "utf16le"),
      /^BarFileError: is written in UTF-16; save it as UTF-8 first\.$/,
    ],
    ["a picture", Buffer.from("\u0089PNG\r\n\u001A\n\0\0\0\rIHDR", "latin1"), NOT_TEXT],
    ["a packed archive", gzipSync(Buffer.concat([Buffer.from("bars.csv"), Buffer.alloc(504)])), NOT_TEXT],
    [
      "a line without end",
      Buffer.alloc(3_000_000, 97),
      /^BarFileError: has no line end within 1 MiB after line 0; it is not CSV\./,
    ],
  ])("is refused in one sentence: %s", async (_, content, reason) => {
    const refusal: unknown = await readFile(content).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(BarFileError);
    expect(String(refusal)).toMatch(reason);
  });

  it("is refused when it is a directory, or not there at all", async () => {
    await expect(readPath(tmpdir())).rejects.toThrow(/^is a directory; name one file\.$/);
    await expect(readPath("/nowhere/at/all.csv")).rejects.toThrow(/^does not exist; check the path\.$/);
  });
});

describe("a damaged gzip", () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => good(index));
  const packed = gzipSync(file(...rows));

  it("cut off gives every whole line before the cut, and says so", async () => {
    const { bars, damage, refusals } = await readFile(packed.subarray(0, Math.floor(packed.length / 2)));
    expect(damage).toBe("its gzip data break off before the end");
    expect(refusals).toEqual([]);
    expect(bars.length).toBeGreaterThan(8_000);
    expect(bars.map(([time]) => time)).toEqual(bars.map((_, index) => minute(index).replace(".000Z", "Z")));
  });

  it("cut within its first lines gives nothing, and is refused by name", async () => {
    await expect(readFile(packed.subarray(0, 20))).rejects.toThrow(
      /^is damaged: its gzip data break off before the end; nothing of it can be read\.$/,
    );
  });

  it("with altered bytes is reported by its decoder or its checksum", async () => {
    for (const place of [0.3, 0.6, 0.95]) {
      const altered = Buffer.from(packed);
      const at = Math.floor(altered.length * place);
      altered[at] = (altered[at] ?? 0) ^ 0xff;
      const { damage, bars } = await readFile(altered);
      expect(damage).toMatch(/^its gzip (?:data are corrupt|checksum does not match|data break off)/);
      expect(bars.length).toBeGreaterThan(1_000);
    }
  });

  it("of a JSON array gives the items before the cut", async () => {
    const items = rows.map((_, index) => [Date.UTC(2024, 0, 1) + index * 60_000, 100, 102, 99, 101, index]);
    const json = gzipSync(JSON.stringify(items));
    const { bars, damage } = await readFile(json.subarray(0, Math.floor(json.length / 2)));
    expect(damage).toBe("its gzip data break off before the end");
    expect(bars.length).toBeGreaterThan(8_000);
    expect(bars.at(-1)?.[5]).toBe(bars.length - 1);
  });
});

describe("a JSON array", () => {
  const item = (index: number): string =>
    JSON.stringify([Date.UTC(2024, 0, 1) + index * 60_000, 100, 102, 99, 101, 1]);

  it("names a broken item by its number and keeps the others", async () => {
    const text = `[${item(0)},[1,2,nope],${item(1)},{"a":1},null,${item(2)}]`;
    const { bars, refusals } = await readFile(text);
    expect(bars).toHaveLength(3);
    expect(refusals.map((refusal) => refusal.slice(0, 2))).toEqual(["2:", "4:", "5:"]);
    expect(refusals[0]).toBe("2: not valid JSON; an array was expected");
    expect(refusals[1]).toBe("4: not an array, as the first item is");
  });

  it("of objects says that one was expected", async () => {
    const bar = `{"t":"2024-01-01","o":1,"h":1,"l":1,"c":1}`;
    expect((await readFile(`[${bar},[1],{"t":]`)).refusals).toEqual([
      "2: not an object, as the first item is",
      "3: not valid JSON; an object was expected",
    ]);
  });

  it.each([
    ["breaks off", `[${item(0)},${item(1)},[15`, "it breaks off before the end of its JSON array"],
    ["goes on", `[${item(0)},${item(1)}] x`, `it goes on after its array ended, at "x"`],
    ["goes wrong", `[${item(0)},${item(1)} x`, `it is no JSON array any more, at "x"`],
  ])("that %s gives what stands before", async (_, text, damage) => {
    const read = await readFile(text);
    expect(read.bars).toHaveLength(2);
    expect(read.damage).toBe(damage);
  });
});

it("the rejects file of an earlier run goes, somebody else's stays", async () => {
  const directory = mkdtempSync(join(tmpdir(), "rejects-"));
  try {
    const path = join(directory, "bars.csv");
    writeFileSync(path, file("NaN,1,1,1,1,1", good(0)));
    expect((await readPath(path)).rejects).toContain("line,reason,text\n2,");
    writeFileSync(path, file(good(0)));
    expect((await readPath(path)).rejects).toBeUndefined();
    writeFileSync(`${path}.rejects.csv`, "my own notes");
    expect((await readPath(path)).rejects).toBe("my own notes");
    writeFileSync(path, file("NaN,1,1,1,1,1", good(0)));
    await expect(readPath(path)).rejects.toThrow(
      /bars\.csv\.rejects\.csv is there already and is no rejects file/,
    );
    expect(readFileSync(`${path}.rejects.csv`, "utf8")).toBe("my own notes");
  } finally {
    rmSync(directory, { recursive: true });
  }
});
