// The news that was sent last, kept once for all clients. Each client has a position in it.

/** News that was sent, and what was said between: for a plain client, and for one that is aligned. */
interface Entry {
  readonly plain: string;
  readonly aligned: string;
}

/** Characters of aligned news: more than 10,000 sentiments. */
export const NEWS_KEPT_MAX = 256 * 1024;
/** Characters of one write: what waits for a client that does not read. */
const WRITE_MAX = 16 * 1024;

export class NewsLog {
  /** The first `#dropped` are no longer kept; the next one has the number `#first`. */
  #entries: Entry[] = [];
  #dropped = 0;
  #first = 0;
  #kept = 0;
  /** The last read: clients that keep up read the same. */
  #last:
    | { readonly from: number; readonly aligned: boolean; readonly text: string; readonly next: number }
    | undefined;

  /** Number of the next entry. */
  get end(): number {
    return this.#first + this.#entries.length - this.#dropped;
  }

  append(plain: string, aligned: string): void {
    this.#entries.push({ plain, aligned });
    this.#kept += aligned.length;
    while (this.#kept > NEWS_KEPT_MAX) this.#dropFirst();
  }

  /**
   * The text of the entries from a number on, for one write, and the number after them.
   * @returns undefined if they are no longer kept
   */
  read(from: number, aligned: boolean): { readonly text: string; readonly next: number } | undefined {
    if (from < this.#first) return undefined;
    const last = this.#last;
    if (last?.from === from && last.aligned === aligned && from < last.next) return last;
    let text = '';
    let next = from;
    while (next < this.end && text.length < WRITE_MAX) {
      const entry = this.#entries[next - this.#first + this.#dropped];
      text += (aligned ? entry?.aligned : entry?.plain) ?? '';
      next++;
    }
    this.#last = { from, aligned, text, next };
    return this.#last;
  }

  #dropFirst(): void {
    this.#kept -= this.#entries[this.#dropped]?.aligned.length ?? 0;
    this.#dropped++;
    this.#first++;
    if (this.#dropped * 2 <= this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#dropped);
    this.#dropped = 0;
  }
}
