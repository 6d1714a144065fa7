// The fingerprint of a database's schema as it is, for tests that compare two ways of getting there.

import { parseConnection } from "@app/database";

import type { Catalogue } from "../catalogue/catalogue.ts";
import { readCatalogue } from "../catalogue/read-catalogue.ts";
import { openSession } from "../session/session.ts";

/** Reads the live catalogue. */
export async function readLiveCatalogue(url: string): Promise<Catalogue> {
  const session = await openSession(parseConnection(url));
  try {
    return await readCatalogue(session);
  } finally {
    await session.close();
  }
}
