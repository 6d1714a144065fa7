import { memoryUsage } from "node:process";

import { expect, it } from "vitest";

import { ColumnDecoder } from "./column-decoder.ts";

/** A row of one double, as a DataRow message carries it. */
function rowOf(value: number): DataView {
  const row = new DataView(new ArrayBuffer(14));
  row.setInt16(0, 1);
  row.setInt32(2, 8);
  row.setFloat64(6, value);
  return row;
}

it("makes its arrays with the first row, not while it waits for one", () => {
  const before = memoryUsage().arrayBuffers;
  const waiting = Array.from({ length: 20 }, () => new ColumnDecoder({ price: "float8" }, 1_000_000));
  expect(memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  const [first] = waiting;
  first?.take(rowOf(1.5), 0);
  expect(memoryUsage().arrayBuffers - before).toBeGreaterThan(7_000_000);
  expect(first?.finish()).toEqual({ price: Float64Array.of(1.5), length: 1 });
});

it("gives arrays of no length, each its own, where there was no row", () => {
  const { price, volume, length } = new ColumnDecoder({ price: "float8", volume: "float8" }).finish();
  expect(price).toEqual(new Float64Array(0));
  expect(volume).toEqual(price);
  expect(volume).not.toBe(price);
  expect(length).toBe(0);
});

it("grows beyond what was expected", () => {
  const decoder = new ColumnDecoder({ price: "float8" }, 2);
  for (let row = 0; row < 9; row += 1) decoder.take(rowOf(row), 0);
  expect(decoder.finish()).toEqual({ price: Float64Array.from({ length: 9 }, (_, row) => row), length: 9 });
});
