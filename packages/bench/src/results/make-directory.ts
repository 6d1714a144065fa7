// A directory that files are about to be written into, made and tried. Not the writing of reports.
// Not `mkdir` with `recursive`: where the system says of a name in an existing directory that it is not there, as /proc does, that one tries
// again for ever.
import { mkdir, mkdtemp, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Makes a directory, and those above it that are missing, and sees that it can be written into.
 *
 * @param givenBy the option that named it, for the error
 * @throws {Error} one sentence that names it
 */
export async function makeDirectory(path: string, givenBy: string): Promise<void> {
  const whole = resolve(path);
  const missing: string[] = [];
  for (let above = whole; !(await isThere(above)) && dirname(above) !== above; above = dirname(above)) {
    missing.unshift(above);
  }
  try {
    for (const directory of missing) await mkdir(directory);
    // Rights alone do not tell: a file system may be read-only, or be none.
    await rmdir(await mkdtemp(join(whole, ".bench-")));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/, .*$/u, "") : String(cause);
    throw new Error(`Nothing can be written into "${whole}", which ${givenBy} names: ${why}.`, { cause });
  }
}
