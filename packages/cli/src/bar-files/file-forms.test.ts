// The forms in which bars come: times, column names, shapes of JSON, single trades. Each gives the same bars.
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readFile } from "./fixtures/read-file.ts";

const OPENING = "2024-01-01T00:01:00Z";
const BAR = [OPENING, 100, 102, 99, 101, 7] as const;
const MILLISECONDS = Date.parse(OPENING);

describe("a time", () => {
  it.each([
    ["2024-01-01T00:01:00Z"],
    ["2024-01-01T00:01:00.000Z"],
    ["2024-01-01 00:01:00.000000"],
    ["2024-01-01 00:01:00"],
    ["2024-01-01 00:01"],
    ["2024-01-01 00:01:00+00:00"],
    ["2024-01-01T05:31:00+05:30"],
    ["2023-12-31T19:01:00-05"],
    ["2023-12-31 19:01:00-0500"],
    ["2024-01-01 00:01:00 UTC"],
    ["2024/01/01 00:01:00"],
    ["2024.01.01 00:01"],
    ["01.01.2024 00:01:00"],
    ["20240101 000100"],
    [String(MILLISECONDS / 1_000)],
    [`${MILLISECONDS / 1_000}.0`],
    [String(MILLISECONDS)],
    [`${MILLISECONDS}000`],
    [`${MILLISECONDS}000000`],
  ])("written %s is read", async (text) => {
    const { bars, refusals } = await readFile(`time,open,high,low,close,volume\n${text},100,102,99,101,7\n`);
    expect(refusals).toEqual([]);
    expect(bars).toEqual([BAR]);
  });

  it("that is only a date opens a daily bar", async () => {
    for (const text of ["2024-01-01", "20240101", "2024/01/01", "01.01.2024"]) {
      const { bars } = await readFile(`date,o,h,l,c\n${text},1,1,1,1\n`, { timeframe: "1d" });
      expect(bars.map(([time]) => time)).toEqual(["2024-01-01T00:00:00Z"]);
    }
  });

  it("may stand in two columns, date and time of day", async () => {
    const text =
      "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\n2024.01.01\t00:01:00\t100\t102\t99\t101\t7\n";
    expect((await readFile(text)).bars).toEqual([BAR]);
  });

  it("is read in the unit of its file, not of its row", async () => {
    const rows = [0, 1, 2].map((index) => `${MILLISECONDS + index * 60_000},1,1,1,1`);
    const { bars, refusals } = await readFile(
      ["t,o,h,l,c", ...rows, `${MILLISECONDS / 1_000},1,1,1,1`].join("\n"),
    );
    expect(bars).toHaveLength(3);
    // Milliseconds read from seconds lie in January 1970, not on a minute.
    expect(refusals).toEqual([expect.stringMatching(/^5: time is not the opening of a bar/)]);
  });

  it("before 1970 is read like any other", async () => {
    const { bars } = await readFile("date,open,high,low,close\n1929-10-29,252,253,212,230\n", {
      timeframe: "1d",
    });
    expect(bars).toEqual([["1929-10-29T00:00:00Z", 252, 253, 212, 230, 0]]);
  });
});

describe("columns", () => {
  it.each([
    ["Open Time,Open,High,Low,Close,Volume"],
    ["open_time,OPEN,HIGH,LOW,CLOSE,VOL"],
    ["timestamp;open;high;low;close;volume"],
    ["t\to\th\tl\tc\tv"],
    ["Gmt time|Open|High|Low|Close|Volume"],
    [`"timestamp","open","high","low","close","volume"`],
  ])("named %s are found", async (header) => {
    const delimiter = /[;\t|]/.exec(header)?.[0] ?? ",";
    const row = [OPENING, 100, 102, 99, 101, 7].join(delimiter);
    expect((await readFile(`${header}\n${row}\n`)).bars).toEqual([BAR]);
  });

  it("may stand in any order, among others", async () => {
    const text = `symbol,close,low,high,open,unix,date,Volume BTC\nX,101,99,102,100,${MILLISECONDS},whenever,7\n`;
    const { bars } = await readFile(text, { columns: { volume: "Volume BTC" } });
    expect(bars).toEqual([BAR]);
  });

  it("are found below a line the vendor wrote about itself", async () => {
    const text = `https://vendor.example\ntimestamp,open,high,low,close,volume\n${OPENING},100,102,99,101,7\nNaN,1,1,1,1,1\n`;
    const { bars, refusals } = await readFile(text);
    expect(bars).toEqual([BAR]);
    expect(refusals).toEqual([`4: time is not understood: "NaN"`]);
  });

  it("without a header stand where the caller says", async () => {
    const columns = { time: "1", open: "2", high: "3", low: "4", close: "5", volume: "6" };
    expect((await readFile(`${OPENING},100,102,99,101,7\n`, { columns })).bars).toEqual([BAR]);
  });

  it("named by the caller win, and one that is not there is named", async () => {
    const text = `time,open,high,low,close,bid\n${OPENING},100,102,99,5000,101\n`;
    expect((await readFile(text, { columns: { close: "Bid" } })).bars).toEqual([[...BAR.slice(0, 5), 0]]);
    await expect(readFile(text, { columns: { close: "ask" } })).rejects.toThrow(
      /^has no column "ask" for close\. Found: time, open, high, low, close, bid\.$/,
    );
  });

  it("without volume, or with an empty one, give a volume of 0", async () => {
    const { bars } = await readFile(`time,open,high,low,close\n${OPENING},100,102,99,101\n`);
    expect(bars).toEqual([[...BAR.slice(0, 5), 0]]);
    const empty = await readFile(`time,open,high,low,close,volume\n${OPENING},100,102,99,101,\n`);
    expect(empty.bars).toEqual(bars);
  });

  it("with a count of trades give it, -1 where a row has none", async () => {
    const text = `time,open,high,low,close,trades\n${OPENING},1,1,1,1,12\n2024-01-01 00:02,1,1,1,1,\n2024-01-01 00:03,1,1,1,1,1.5\n`;
    const { tradeCounts, refusals } = await readFile(text);
    expect(tradeCounts).toEqual([12, -1]);
    expect(refusals).toEqual(["4: trade count is not a whole number"]);
  });
});

describe("JSON", () => {
  it.each([
    ["arrays as ccxt gives them", [[MILLISECONDS, 100, 102, 99, 101, 7]]],
    [
      "klines as Binance gives them",
      [[MILLISECONDS, "100", "102", "99", "101", "7", 1, "1", 3, "1", "1", "0"]],
    ],
    ["objects", [{ time: OPENING, open: 100, high: 102, low: 99, close: 101, volume: 7 }]],
    [
      "objects with one letter for a name",
      [{ t: MILLISECONDS, o: "100", h: "102", l: "99", c: "101", v: "7" }],
    ],
  ])("of %s is read, plain and packed, in one line and in many", async (_, items) => {
    for (const content of [
      JSON.stringify(items),
      JSON.stringify(items, undefined, 2),
      `\uFEFF${JSON.stringify(items)}`,
      gzipSync(JSON.stringify(items)),
    ]) {
      const { bars, refusals } = await readFile(content);
      expect(refusals).toEqual([]);
      expect(bars).toEqual([BAR]);
    }
  });
});

describe("single trades", () => {
  const at = (seconds: number): number => MILLISECONDS + seconds * 1_000;
  const trades = [
    [at(0), "1", null, "buy", 100, 1, 100],
    [at(1), "2", null, "sell", 102, 2, 204],
    [at(2), "3", null, "sell", 99, 3, 297],
    [at(59.999), "4", null, "buy", 101, 1, 101],
    [at(60), "5", null, "buy", 50, 1.5, 75],
    [at(240), "6", null, "buy", 51, 1, 51],
  ] as const;
  const expected = [
    BAR,
    ["2024-01-01T00:02:00Z", 50, 50, 50, 50, 1.5],
    ["2024-01-01T00:05:00Z", 51, 51, 51, 51, 1],
  ];

  it("become bars with first, highest, lowest and last price, sum and count; minutes without trades have none", async () => {
    const { bars, tradeCounts } = await readFile(JSON.stringify(trades));
    expect(bars).toEqual(expected);
    expect(tradeCounts).toEqual([4, 1, 1]);
  });

  it("may come as CSV and out of order", async () => {
    const rows = trades
      .map(([time, id, , , price, amount]) => `${time},${id},${price},${amount}`)
      .toReversed();
    const { bars } = await readFile(["timestamp,id,price,qty", ...rows].join("\n"));
    expect(bars).toEqual(expected);
  });

  it("count once: a trade id that was there before is refused", async () => {
    const { bars, refusals } = await readFile(JSON.stringify([...trades, trades[5]]));
    expect(bars).toEqual(expected);
    expect(refusals).toEqual(["7: the trade id 6 was there before"]);
  });

  it("that are none are refused, the others counted", async () => {
    const odd = [at(3), "9", null, "sell", -1, 1, 1];
    const { bars, refusals } = await readFile(
      JSON.stringify([...trades, odd, [at(4), "10", null, "sell", 1, 0, 0]]),
    );
    expect(bars).toEqual(expected);
    expect(refusals).toEqual(['7: price is not above zero: "-1"', '8: amount is not above zero: "0"']);
  });
});

describe("batches", () => {
  it("hold as many bars as asked for, each ascending whatever the order of the file", async () => {
    const rows = [3, 1, 2, 6, 5, 4, 7].map((minute) => `2024-01-01 00:0${minute},1,1,1,1`);
    const { bars, batches } = await readFile(["time,open,high,low,close", ...rows].join("\n"), {
      batchSize: 3,
    });
    expect(batches).toBe(3);
    expect(bars.map(([time]) => Number(time.slice(15, 16)))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it("keep what the source wrote, where asked", async () => {
    const text = `time,open,high,low,close,note\n${OPENING},1,1,1,1,"a ""b"""\n`;
    const { raw } = await readFile(text, { keepRaw: true });
    expect(raw.map((one): unknown => JSON.parse(one))).toEqual([
      { time: OPENING, open: "1", high: "1", low: "1", close: "1", note: `a "b"` },
    ]);
  });
});
