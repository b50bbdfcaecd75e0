// Which rows of a long table are visible.

export interface RowWindow {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

/** Rows drawn beyond the edges, so that scrolling shows no gap before the next animation frame. */
const OVERSCAN = 6;

/** @param scrollTop, height, rowHeight in px, from the top of the first row */
export function visibleRows(scrollTop: number, height: number, rowHeight: number, count: number): RowWindow {
  const first = Math.max(0, Math.min(Math.floor(scrollTop / rowHeight), count) - OVERSCAN);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN);
  return { first, end: Math.max(first, end) };
}
