// Paints what has changed with the next picture of the screen, and what takes too long for one with those after it, so
// that the page answers at any time.

/** Something to paint when one of these parts has changed. `now` is any clock in ms. */
export interface Painting<P> {
  readonly when: readonly P[];
  readonly paint: (now: number) => void;
  /** Painted again after so many ms at the earliest: nobody reads faster. */
  readonly everyMs?: number;
}

/** Calls back just before the next picture of the screen. */
export type OnNextPicture = (paint: (now: number) => void) => void;

/** Of one picture: there are 16 ms from one to the next, and the browser needs most of them. */
const BUDGET_MS = 4;

export class Painter<P> {
  readonly #paintings: readonly Painting<P>[];
  readonly #onNextPicture: OnNextPicture;
  readonly #clock: () => number;
  readonly #waiting = new Set<Painting<P>>();
  /** When those with a pause were painted. */
  readonly #paintedAt = new Map<Painting<P>, number>();
  #isAsked = false;

  /**
   * The first ones are painted first.
   * @param onNextPicture that of the browser
   * @param clock by which it is judged how long painting takes, in ms
   */
  constructor(
    paintings: readonly Painting<P>[],
    onNextPicture: OnNextPicture,
    clock = () => performance.now(),
  ) {
    this.#paintings = paintings;
    this.#onNextPicture = onNextPicture;
    this.#clock = clock;
  }

  /** These parts have changed. Of a page that is out of sight nothing is painted before it is in sight again. */
  ask(parts: Iterable<P>): void {
    const changed = new Set(parts);
    for (const painting of this.#paintings)
      if (painting.when.some((part) => changed.has(part))) this.#waiting.add(painting);
    this.#askForPicture();
  }

  #askForPicture(): void {
    if (this.#isAsked || this.#waiting.size === 0) return;
    this.#isAsked = true;
    this.#onNextPicture((now) => this.#paint(now));
  }

  #paint(now: number): void {
    this.#isAsked = false;
    const until = this.#clock() + BUDGET_MS;
    for (const painting of [...this.#waiting]) {
      if (this.#pauseOf(painting, now) > 0) continue;
      this.#waiting.delete(painting);
      this.#paintedAt.set(painting, now);
      painting.paint(now);
      if (this.#clock() > until) break;
    }
    if (this.#waiting.size === 0) return;
    const pause = Math.min(...[...this.#waiting].map((painting) => this.#pauseOf(painting, now)));
    if (pause > 0) setTimeout(() => this.#askForPicture(), pause);
    else this.#askForPicture();
  }

  /** How long it is not to be painted yet, ms. */
  #pauseOf(painting: Painting<P>, now: number): number {
    const paintedAt = this.#paintedAt.get(painting) ?? Number.NEGATIVE_INFINITY;
    return paintedAt + (painting.everyMs ?? 0) - now;
  }
}
