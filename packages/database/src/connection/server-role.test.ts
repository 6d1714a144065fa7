import { describe, expect, test } from "vitest";

import { reasonAgainst, roleOf, type TargetSessionAttributes } from "./server-role.ts";

const servers = {
  primary: { isInRecovery: false, isReadOnlyByDefault: false },
  fenced: { isInRecovery: false, isReadOnlyByDefault: true },
  standby: { isInRecovery: true, isReadOnlyByDefault: false },
};

describe("of a primary, a primary fenced off by its read-only default, and a standby", () => {
  test.each<[TargetSessionAttributes, readonly (keyof typeof servers)[]]>([
    ["any", ["primary", "fenced", "standby"]],
    ["read-write", ["primary"]],
    ["read-only", ["fenced", "standby"]],
    ["primary", ["primary", "fenced"]],
    ["standby", ["standby"]],
    ["prefer-standby", ["standby"]],
  ])("%s takes %j", (target, expected) => {
    const taken = Object.entries(servers).filter(([, role]) => reasonAgainst(role, target) === undefined);
    expect(taken.map(([name]) => name)).toEqual(expected);
  });
});

test("a role is known only when both of its parts were announced", () => {
  expect(roleOf(new Map([["in_hot_standby", "on"]]))).toBeUndefined();
  expect(
    roleOf(
      new Map([
        ["in_hot_standby", "on"],
        ["default_transaction_read_only", "off"],
      ]),
    ),
  ).toEqual(servers.standby);
});
