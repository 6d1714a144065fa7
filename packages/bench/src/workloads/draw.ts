// Numbers drawn for the values of calls: the same seed gives the same calls, in this run and in the next. A generator of pure-rand
// behind the few questions that workloads ask; no statistics of its own.
import { createHash } from "node:crypto";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Draws. */
export interface Draw {
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  /** One of them. @throws {RangeError} naming what there is none of */
  one<Item>(of: string, items: readonly Item[]): Item;
}

/** @returns draws that the seed determines */
export function createDraw(seed: number): Draw {
  const generator = xoroshiro128plus(seed);
  const between = (least: number, most: number): number =>
    most <= least ? least : uniformInt(generator, least, most);
  return {
    between,
    one(of, items) {
      const item = items[between(0, items.length - 1)];
      if (item === undefined) throw new RangeError(`There are no ${of} in the database to draw from.`);
      return item;
    },
  };
}

/** @returns draws that the seed and the name determine: what is drawn under one name changes nothing under another */
export function createNamedDraw(seed: number, name: string): Draw {
  return createDraw(createHash("sha256").update(`${seed} ${name}`).digest().readInt32BE());
}
