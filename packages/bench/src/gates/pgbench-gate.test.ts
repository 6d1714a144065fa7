import { expect, it } from "vitest";
import { definitionsOf, scriptOf } from "./pgbench-gate.ts";

it("gives pgbench the parameters of a statement as variables, never as literals", () => {
  const text =
    "select close\n  from bars where symbol = $2 and timeframe = $3::timeframe and exchange = $1 limit $10";
  expect(scriptOf(text)).toBe(
    "select close from bars where symbol = :value2 and timeframe = :value3::timeframe and exchange = :value1 limit :value10;\n",
  );
  expect(definitionsOf(["XNAS", "AAPL"])).toEqual(["-D", "value1=XNAS", "-D", "value2=AAPL"]);
});
