import { defaultPatience } from "@app/migrator";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addPatienceOptions, patienceOf, type PatienceOptions } from "./patience-options.ts";

describe("the options of patience", () => {
  it("default to what the migrator does without them", () => {
    const { lockWaitMs, lockTimeoutMs, attempts } = defaultPatience;
    const given = addPatienceOptions(new Command()).parse([], { from: "user" }).opts<PatienceOptions>();
    expect(patienceOf(given)).toEqual({ lockWaitMs, lockTimeoutMs, attempts });
  });
});
