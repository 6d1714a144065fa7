// Bars of another timeframe than the one they are imported as: refused by line, or the file as a whole.
import type { Timeframe } from "@app/schema/vocabulary";
import { describe, expect, it } from "vitest";
import { readFile } from "./fixtures/read-file.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2024, 0, 1);

function fileOf(times: readonly number[]): string {
  const rows = times.map((time) => `${new Date(time).toISOString()},100,102,99,101,1`);
  return ["time,open,high,low,close,volume", ...rows].join("\n");
}

const every = (spacing: number, count = 50): readonly number[] =>
  Array.from({ length: count }, (_, index) => START + index * spacing);

describe("a file of bars closer together than the timeframe", () => {
  it.each<readonly [string, number, Timeframe, RegExp]>([
    [
      "minutes as days",
      MINUTE,
      "1d",
      /^holds bars 1 min apart, too close for 1d bars; import it with --timeframe 1m\.$/,
    ],
    ["minutes as 5 minutes", MINUTE, "5m", /^holds bars 1 min apart, too close for 5m bars/],
    ["hours as 4 hours", HOUR, "4h", /^holds bars 1 h apart, too close for 4h bars; .* --timeframe 1h\.$/],
    ["hours as days", HOUR, "1d", /^holds bars 1 h apart/],
    ["days as weeks", DAY, "1w", /^holds bars 1 d apart, too close for 1w bars; .* --timeframe 1d\.$/],
    [
      "half minutes as minutes",
      MINUTE / 2,
      "1m",
      /^holds bars 30 s apart, too close for 1m bars; name their own/,
    ],
  ])("%s is refused as a whole, with the spacing found", async (_, spacing, timeframe, sentence) => {
    await expect(readFile(fileOf(every(spacing)), { timeframe })).rejects.toThrow(sentence);
    await expect(readFile(fileOf(every(spacing).toReversed()), { timeframe })).rejects.toThrow(sentence);
  });

  it("is refused as a whole although some rows are broken or repeated", async () => {
    const rows = fileOf([...every(MINUTE), ...every(MINUTE, 3)]).replace("2024-01-01T00:07", "whenever");
    await expect(readFile(rows, { timeframe: "1d" })).rejects.toThrow(/^holds bars 1 min apart/);
  });
});

describe("a bar closer to its neighbour than the timeframe", () => {
  it("is refused with the line of the neighbour, before or after it", async () => {
    const times = [0, 1, 1.5, 2, 4, 3.75, 5, 6, 7].map((hours) => START + hours * HOUR);
    const { bars, refusals } = await readFile(fileOf(times), { timeframe: "1h" });
    expect(refusals).toEqual([
      "4: less than one bar after line 3: is this a file of 1h bars?",
      "7: less than one bar before line 6: is this a file of 1h bars?",
    ]);
    expect(bars).toHaveLength(7);
  });

  it("at the same time is still a repetition", async () => {
    const { refusals } = await readFile(fileOf([START, START + DAY, START]), { timeframe: "1d" });
    expect(refusals).toEqual(["4: repeats line 2"]);
  });

  it("is found before 1970, and across any distance in the file", async () => {
    const start = Date.UTC(1930, 0, 1);
    const days = Array.from({ length: 20_000 }, (_, index) => start + index * DAY);
    const { bars, refusals } = await readFile(fileOf([...days, start + 9_000 * DAY + HOUR]), {
      timeframe: "1d",
    });
    expect(bars).toHaveLength(20_000);
    expect(refusals).toEqual([
      "20002: less than one bar after another bar of the file: is this a file of 1d bars?",
    ]);
  });
});

describe("bars that follow local time", () => {
  it.each<readonly [string, Timeframe, readonly string[]]>([
    [
      "days of 23 and 25 hours",
      "1d",
      ["03-30T23:00", "03-31T22:00", "04-01T22:00", "10-26T22:00", "10-27T23:00"],
    ],
    ["4 hours where clocks go forward", "4h", ["03-30T21:00", "03-31T01:00", "03-31T04:00", "03-31T08:00"]],
    ["sessions of 4 hours with a night between", "4h", ["01-02T14:30", "01-02T18:30", "01-03T14:30"]],
    ["weeks that begin after a holiday", "1w", ["01-03T00:00", "01-09T00:00", "02-17T00:00", "02-20T00:00"]],
  ])("are taken: %s", async (_, timeframe, openings) => {
    const { bars, refusals } = await readFile(fileOf(openings.map((text) => Date.parse(`2023-${text}Z`))), {
      timeframe,
    });
    expect(refusals).toEqual([]);
    expect(bars).toHaveLength(openings.length);
  });

  it("are taken in any order", async () => {
    const shuffled = every(DAY).toSorted((a, b) => (((a / DAY) * 7) % 50) - (((b / DAY) * 7) % 50));
    const { bars, refusals } = await readFile(fileOf(shuffled), { timeframe: "1d", batchSize: 7 });
    expect(refusals).toEqual([]);
    expect(bars).toHaveLength(50);
  });
});
