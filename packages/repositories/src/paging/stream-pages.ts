// Reads a list to its end, page by page: the memory of one page, and the cursor in the caller's place.
import { MOST_ROWS } from "../input/number-field.ts";
import type { Page } from "./page.ts";

/** @returns every item of a list, read in pages of 1,000 */
export async function* streamPages<Item>(
  readPage: (page: { readonly limit: number; readonly cursor: string | undefined }) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined;
  do {
    const { items, next } = await readPage({ limit: MOST_ROWS, cursor });
    yield* items;
    cursor = next;
  } while (cursor !== undefined);
}
