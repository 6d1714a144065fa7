// Remembers which bars a file has already given, so that a second one for the same time is refused by its line.
// Exact for the whole file in one bit per possible bar; what the first one said is remembered for the latest bars only.

const PAGE_SLOTS = 1 << 15;
const RECENT = 1 << 16;

/** What is known of an earlier bar with the same time. */
export interface Repeat {
  /** Its row number, while it is remembered. */
  readonly number: number | undefined;
  readonly isIdentical: boolean | undefined;
}

export interface SeenTimes {
  /** Notes a bar and returns undefined, or tells that its time was there before. `values` are open to volume. */
  note(
    time: number,
    number: number,
    ...values: readonly [number, number, number, number, number]
  ): Repeat | undefined;
}

/** @param grid distance in microseconds between two possible openings */
export function createSeenTimes(grid: number): SeenTimes {
  const pages = new Map<number, Uint32Array<ArrayBuffer>>();
  const recentTime = new Float64Array(RECENT).fill(Number.NaN);
  const recentNumber = new Float64Array(RECENT);
  const recentValues = new Float64Array(RECENT * 5);
  let lastPageNumber = Number.NaN;
  let lastPage = new Uint32Array(0);

  function pageOf(pageNumber: number): Uint32Array<ArrayBuffer> {
    if (pageNumber === lastPageNumber) return lastPage;
    let page = pages.get(pageNumber);
    if (page === undefined) {
      page = new Uint32Array(PAGE_SLOTS / 32);
      pages.set(pageNumber, page);
    }
    lastPageNumber = pageNumber;
    lastPage = page;
    return page;
  }

  return {
    note(time, number, open, high, low, close, volume) {
      const slot = Math.round(time / grid);
      const pageNumber = Math.floor(slot / PAGE_SLOTS);
      const page = pageOf(pageNumber);
      const within = slot - pageNumber * PAGE_SLOTS;
      const word = within >>> 5;
      const bit = 1 << (within & 31);
      const known = page[word] ?? 0;
      const recent = ((slot % RECENT) + RECENT) % RECENT;
      const values = recent * 5;
      if ((known & bit) !== 0) {
        if (recentTime[recent] !== time) return { number: undefined, isIdentical: undefined };
        const isIdentical =
          recentValues[values] === open &&
          recentValues[values + 1] === high &&
          recentValues[values + 2] === low &&
          recentValues[values + 3] === close &&
          recentValues[values + 4] === volume;
        return { number: recentNumber[recent] ?? 0, isIdentical };
      }
      page[word] = known | bit;
      recentTime[recent] = time;
      recentNumber[recent] = number;
      recentValues[values] = open;
      recentValues[values + 1] = high;
      recentValues[values + 2] = low;
      recentValues[values + 3] = close;
      recentValues[values + 4] = volume;
      return undefined;
    },
  };
}
