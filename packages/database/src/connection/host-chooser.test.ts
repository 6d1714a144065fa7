import { describe, expect, test } from "vitest";

import { AccessDeniedError, UnavailableError } from "../errors/database-error.ts";
import { connectSomewhere, HostChooser, HostFailure } from "./host-chooser.ts";
import { parseConnection } from "./parse-connection.ts";

function settingsFor(target = "any") {
  return parseConnection(
    `postgresql://u@h1:1,h2:2,h3:3/d?sslmode=verify-full&target_session_attrs=${target}`,
  );
}

/** Stands for servers: each host either lets in, or fails with the error given for it. */
function logInTo(chooser: HostChooser, failures: Readonly<Record<number, HostFailure>>, tried: number[]) {
  return async (acceptsAnyRole: boolean): Promise<number> => {
    const index = chooser.current;
    tried.push(index);
    const failure = failures[index];
    if (failure !== undefined && !(acceptsAnyRole && failure.isWrongRole)) throw failure;
    return Promise.resolve(index);
  };
}

function away(index: number): HostFailure {
  return new HostFailure(index, new UnavailableError(`h${index + 1} is away.`), false);
}

function wrongRole(index: number): HostFailure {
  return new HostFailure(
    index,
    new UnavailableError(`h${index + 1} is a primary.`, { isRetryable: true }),
    true,
  );
}

describe("a round through the hosts", () => {
  test("takes the first that will do, and the next round begins there", async () => {
    const chooser = new HostChooser(3);
    const tried: number[] = [];
    const tryHost = logInTo(chooser, { 0: away(0) }, tried);
    await expect(connectSomewhere(settingsFor(), chooser, tryHost)).resolves.toBe(1);
    await expect(connectSomewhere(settingsFor(), chooser, tryHost)).resolves.toBe(1);
    expect(tried).toEqual([0, 1, 1]);
  });

  test("tries each once, and names the reason of each when none will do", async () => {
    const chooser = new HostChooser(3);
    chooser.prefer(1);
    const tried: number[] = [];
    const failing = connectSomewhere(
      settingsFor(),
      chooser,
      logInTo(chooser, { 0: away(0), 1: wrongRole(1), 2: away(2) }, tried),
    );
    await expect(failing).rejects.toBeInstanceOf(UnavailableError);
    await expect(failing).rejects.toMatchObject({
      message: "None of the 3 hosts in DATABASE_URL can be used. h2 is a primary. h3 is away. h1 is away.",
      isRetryable: true,
    });
    expect(tried).toEqual([1, 2, 0]);
  });

  test("ends at a server that refuses the login, as the others would refuse it too", async () => {
    const chooser = new HostChooser(3);
    const tried: number[] = [];
    const denied = new HostFailure(0, new AccessDeniedError("no"), false);
    await expect(
      connectSomewhere(settingsFor(), chooser, logInTo(chooser, { 0: denied }, tried)),
    ).rejects.toBe(denied.reason);
    expect(tried).toEqual([0]);
  });

  test("that prefers a standby comes back to a primary when there is none", async () => {
    const chooser = new HostChooser(3);
    const tried: number[] = [];
    const tryHost = logInTo(chooser, { 0: away(0), 1: wrongRole(1), 2: away(2) }, tried);
    await expect(connectSomewhere(settingsFor("prefer-standby"), chooser, tryHost)).resolves.toBe(1);
    expect(tried).toEqual([0, 1, 2, 1]);
    await expect(connectSomewhere(settingsFor("standby"), chooser, tryHost)).rejects.toThrow(/can be used/u);
  });
});

test("logins at the same time move on from a failed host once, not past the next one", () => {
  const chooser = new HostChooser(3);
  chooser.avoid(0);
  chooser.avoid(0);
  expect(chooser.current).toBe(1);
  chooser.avoid(1);
  chooser.avoid(2);
  expect(chooser.current).toBe(0);
});
