// What a list in pages is to the tests of this folder: how it is read, and how rows come into it. Types, and names of rows.
import type { Page, PageOptions } from "../paging/page.ts";
import { start } from "./paged-rows.ts";

/** A list, and what fills it. */
export interface PagedList {
  /** Makes a row at a place in time, which is a number of days before the beginning of all of them. */
  add(daysBefore: number): Promise<unknown>;
  read(page: PageOptions): Promise<Page<unknown>>;
  /** What makes a row the one it is. */
  keyOf(row: unknown): unknown;
  /**
   * Reads the list of another owner, or with another filter; null where there is neither.
   * @defaultValue the same list, made anew: each is of an owner of its own
   */
  readonly readOther?: ((page: PageOptions) => Promise<Page<unknown>>) | null;
  /** Where rows arrive while it is read. @defaultValue newer, between and older ones */
  readonly arrivals?: readonly number[] | undefined;
}

/** Every method of a repository that gives a page; one that is missing does not compile. */
export type ListsOf<Repository> = {
  readonly [
    Method in keyof Repository as Repository[Method] extends (...args: never[]) => Promise<Page<unknown>>
      ? Method
      : never
  ]-?: () => Promise<PagedList>;
};

/** Everything lies within. */
export const whole = { from: start.subtract({ hours: 24 * 400 }), to: start.add({ hours: 24 * 400 }) };

/** A row's name: what these fields of it say. */
export const field =
  (...names: readonly string[]) =>
  (row: unknown): unknown =>
    names
      .map((name) => String(typeof row === "object" && row !== null ? Reflect.get(row, name) : row))
      .join(" ");
export const byId = field("id");
