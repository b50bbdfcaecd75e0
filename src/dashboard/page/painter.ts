// Paints what has changed with the next animation frame. What does not fit into one frame follows in the next
// ones, so the page always responds.

export interface Painting<P> {
  /** Painted when one of these parts has changed. */
  readonly when: readonly P[];
  /** @param now a monotonic clock in ms */
  readonly paint: (now: number) => void;
  /** Shortest time from one painting to the next. Default 0. */
  readonly everyMs?: number;
}

/** Calls back before the next animation frame. */
export type OnNextFrame = (paint: (now: number) => void) => void;

/** Per animation frame: of its 16 ms the browser needs most. */
const BUDGET_MS = 4;

export class Painter<P> {
  readonly #paintings: readonly Painting<P>[];
  readonly #onNextFrame: OnNextFrame;
  readonly #clock: () => number;
  readonly #waiting = new Set<Painting<P>>();
  /** When each was last painted. */
  readonly #paintedAt = new Map<Painting<P>, number>();
  #isRequested = false;

  /**
   * @param paintings the first one is painted before the others
   * @param onNextFrame that of the browser
   * @param clock measures how long painting takes, in ms
   */
  constructor(paintings: readonly Painting<P>[], onNextFrame: OnNextFrame, clock = () => performance.now()) {
    this.#paintings = paintings;
    this.#onNextFrame = onNextFrame;
    this.#clock = clock;
  }

  /** Paints what depends on these parts. A hidden page is painted once it is visible again. */
  invalidate(parts: Iterable<P>): void {
    const changed = new Set(parts);
    for (const painting of this.#paintings)
      if (painting.when.some((part) => changed.has(part))) this.#waiting.add(painting);
    this.#requestFrame();
  }

  #requestFrame(): void {
    if (this.#isRequested || this.#waiting.size === 0) return;
    this.#isRequested = true;
    this.#onNextFrame((now) => this.#paint(now));
  }

  #paint(now: number): void {
    this.#isRequested = false;
    const until = this.#clock() + BUDGET_MS;
    for (const painting of this.#inTurn()) {
      if (this.#waitMs(painting, now) > 0) continue;
      this.#waiting.delete(painting);
      this.#paintedAt.set(painting, now);
      painting.paint(now);
      if (this.#clock() > until && painting !== this.#paintings[0]) break;
    }
    if (this.#waiting.size === 0) return;
    const pause = Math.min(...[...this.#waiting].map((painting) => this.#waitMs(painting, now)));
    if (pause > 0) setTimeout(() => this.#requestFrame(), pause);
    else this.#requestFrame();
  }

  /** The first painting is in every frame, and then the others in turn, at least one, so that none starves. */
  #inTurn(): Painting<P>[] {
    const [first] = this.#paintings;
    const others = [...this.#waiting].filter((painting) => painting !== first);
    return this.#waiting.has(first) ? [first, ...others] : others;
  }

  /** How long a painting must still wait, ms. */
  #waitMs(painting: Painting<P>, now: number): number {
    const paintedAt = this.#paintedAt.get(painting) ?? Number.NEGATIVE_INFINITY;
    return paintedAt + (painting.everyMs ?? 0) - now;
  }
}
