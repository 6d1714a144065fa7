// What the linter of declarations finds ends a run before a server is asked.
import { expect, it } from "vitest";
import { requireSound } from "./schema-source.ts";

it("refuses declarations that cannot work, naming each problem", () => {
  expect(() => {
    requireSound([
      { name: "ticks", message: "has row security" },
      { name: "ticks_1h", message: "is made from ticks_5m" },
    ]);
  }).toThrow(
    "The time series that @app/schema declares cannot work: ticks has row security; ticks_1h is made from ticks_5m. Nothing was changed.",
  );
  expect(() => {
    requireSound([]);
  }).not.toThrow();
});
