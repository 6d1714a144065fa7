// Remembers which bars a file has already given, so that a second one for the same time, or one too close to it, is refused
// by its line.
// Exact for the whole file in one bit per possible bar; what the first one said is remembered for the latest bars only.

const PAGE_SLOTS = 1 << 15;
const RECENT = 1 << 16;

/** What is known of an earlier bar with the same time. */
export interface Repeat {
  /** Its row number, while it is remembered. */
  readonly number: number | undefined;
  readonly isIdentical: boolean | undefined;
}

/** The closest earlier-read bar that is closer than bars can be. */
export interface Neighbour {
  /** Its row number, while it is remembered. */
  readonly number: number | undefined;
  readonly isLater: boolean;
}

export interface SeenTimes {
  /** @returns a noted bar closer to `time` than the spacing, other than one at that time itself; ask before noting. */
  neighbour(time: number): Neighbour | undefined;
  /** Notes a bar and returns undefined, or tells that its time was there before. `values` are open to volume. */
  note(
    time: number,
    number: number,
    ...values: readonly [number, number, number, number, number]
  ): Repeat | undefined;
}

/**
 * @param grid distance in microseconds between two possible openings
 * @param spacing least distance between two openings, not below the grid
 */
export function createSeenTimes(grid: number, spacing: number): SeenTimes {
  const reach = Math.ceil(spacing / grid) - 1;
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

  function isSeen(slot: number): boolean {
    const pageNumber = Math.floor(slot / PAGE_SLOTS);
    const page = pageNumber === lastPageNumber ? lastPage : pages.get(pageNumber);
    const within = slot - pageNumber * PAGE_SLOTS;
    return page !== undefined && ((page[within >>> 5] ?? 0) & (1 << (within & 31))) !== 0;
  }

  function recentOf(slot: number): number {
    return ((slot % RECENT) + RECENT) % RECENT;
  }

  return {
    neighbour(time) {
      const slot = Math.round(time / grid);
      for (let distance = 1; distance <= reach; distance += 1) {
        const isLater = !isSeen(slot - distance);
        if (isLater && !isSeen(slot + distance)) continue;
        const found = isLater ? slot + distance : slot - distance;
        const recent = recentOf(found);
        return { number: recentTime[recent] === found * grid ? recentNumber[recent] : undefined, isLater };
      }
      return undefined;
    },
    note(time, number, open, high, low, close, volume) {
      const slot = Math.round(time / grid);
      const pageNumber = Math.floor(slot / PAGE_SLOTS);
      const page = pageOf(pageNumber);
      const within = slot - pageNumber * PAGE_SLOTS;
      const word = within >>> 5;
      const bit = 1 << (within & 31);
      const known = page[word] ?? 0;
      const recent = recentOf(slot);
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
