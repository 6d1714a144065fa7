// Random numbers that are the same in every run: a stream of its own for each thing that is made up, so that making one more of
// one thing changes nothing of another, and any day can be made without those before it. Not for secrets.
// Invariant: a stream follows from the seed and its name alone. `Math.log` and its like are V8's own, the same on every machine
// for one version of Node, which this workspace pins.
import { createHash } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** A stream of random numbers. */
export interface RandomStream {
  /** A number in [0, 1). */
  uniform(): number;
  /** A whole number in [0, `below`). */
  whole(below: number): number;
  /** Whether something of this probability happens. */
  chance(probability: number): boolean;
  /** A standard normal number. */
  normal(): number;
  /** One of the items, each as likely. @throws RangeError where there is none */
  pick<Item>(items: readonly Item[]): Item;
  /** 32 random bits, as a signed whole number. */
  bits(): number;
}

/** @returns the stream of this name */
export function randomStream(seed: number, ...name: readonly (string | number)[]): RandomStream {
  const digest = createHash("sha256")
    .update(JSON.stringify([seed, ...name]))
    .digest();
  // The lowest bit, so that the state is never all 0.
  const state = [
    digest.readInt32LE(0) | 1,
    digest.readInt32LE(4),
    digest.readInt32LE(8),
    digest.readInt32LE(12),
  ];
  const generator = xoroshiro128plusFromState(state);
  let spare: number | undefined;
  const uniform = (): number => uniformFloat64(generator);
  return {
    uniform,
    whole: (below) => Math.floor(uniform() * below),
    chance: (probability) => uniform() < probability,
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      // Box and Muller (1958); 1 - u keeps the logarithm from 0.
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    pick(items) {
      const item = items[Math.floor(uniform() * items.length)];
      if (item === undefined) throw new RangeError("There is nothing to pick from.");
      return item;
    },
    bits: () => generator.next(),
  };
}
