// For tests: a program that logs lines through the transport and ends in the way it is told.
// Arguments: number of lines, how it ends (flush, return, exit, throw), the transport's options as JSON.
import pino from "pino";

const [count = "1", ending = "return", options = "{}"] = process.argv.slice(2);
const target = new URL("../../index.js", import.meta.url).href;
const parsed: Record<string, unknown> = JSON.parse(options);
const logger = pino({
  name: "program",
  transport: { target, options: parsed },
});

for (let line = 0; line < Number(count); line += 1) logger.info({ line }, `line ${line}`);

if (ending === "flush") {
  await new Promise<void>((resolve, reject) => {
    logger.flush((error) => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}
if (ending === "exit") process.exit(3);
if (ending === "throw") throw new RangeError("the program failed");
