// Reading a file that may not be there. Only its absence counts as that: what cannot be read is an error, as taking it for
// absent would have it written anew.

import { readFile } from "node:fs/promises";

/** The text of a file; undefined when there is none. @throws the system's error when it cannot be read */
export async function readTextIfPresent(file: URL): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}
