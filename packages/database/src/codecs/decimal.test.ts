import { expect, test } from "vitest";

import { InvalidInputError } from "../errors/database-error.ts";
import { isDecimal, parseDecimal } from "./decimal.ts";

test.each(["0", "-0", "1234567890123456789012345678901234567890", "-0.00000001", "007.10"])(
  "%s is a decimal",
  (text) => {
    expect(parseDecimal(text)).toBe(text);
  },
);

test.each(["NaN", "Infinity", "", " 1", "1 ", "1e5", ".5", "5.", "+1", "1_000", "1,5", "0x1f", "--1", "٣"])(
  "%j is not a decimal",
  (text) => {
    expect(isDecimal(text)).toBe(false);
    expect(() => parseDecimal(text, "price")).toThrow(InvalidInputError);
  },
);
