import { setTimeout as wait } from "node:timers/promises";

import { expect, test } from "vitest";

import { TimeoutError } from "../errors/database-error.ts";
import { ReplyDeadline } from "./reply-deadline.ts";

test("an answer that comes in time is given, and so is a failure", async () => {
  const reply = new ReplyDeadline(1000);
  await expect(reply.hold(() => Promise.resolve(1))).resolves.toBe(1);
  await expect(reply.hold(() => Promise.reject(new RangeError("no")))).rejects.toThrow(RangeError);
});

test("an answer that does not come in time is a TimeoutError that names the limit", async () => {
  const reply = new ReplyDeadline(50);
  const silence = reply.hold(() => Promise.withResolvers<void>().promise);
  await expect(silence).rejects.toThrow(TimeoutError);
  await expect(silence).rejects.toThrow("The server did not answer within 0.05 s");
});

test("each wait has the whole time, also after one that ran out", async () => {
  const reply = new ReplyDeadline(300);
  for (let statement = 0; statement < 3; statement += 1)
    await expect(reply.hold(() => wait(200, statement))).resolves.toBe(statement);
  await expect(reply.hold(() => wait(600))).rejects.toThrow(TimeoutError);
  await expect(reply.hold(() => wait(200, "then"))).resolves.toBe("then");
});

test("a limit of 0 is none", async () => {
  await expect(new ReplyDeadline(0).hold(() => wait(20, "late"))).resolves.toBe("late");
});

test("what comes after the deadline is dropped, a failure too", async () => {
  const reply = new ReplyDeadline(20);
  const late = reply.hold(async () => {
    await wait(60);
    throw new RangeError("too late to matter");
  });
  await expect(late).rejects.toThrow(TimeoutError);
  // An unhandled rejection would fail the run.
  await wait(80);
});
