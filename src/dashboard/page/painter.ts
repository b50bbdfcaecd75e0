// Paints what has changed with the next picture of the screen, and what takes too long for one with those after it, so
// that the page answers at any time.

/** Something to paint when one of these parts has changed. `now` is any clock in ms. */
export interface Painting<P> {
  readonly when: readonly P[];
  readonly paint: (now: number) => void;
}

/** Of one picture: there are 16 ms from one to the next. */
const BUDGET_MS = 8;

export class Painter<P> {
  readonly #paintings: readonly Painting<P>[];
  readonly #waiting = new Set<Painting<P>>();
  #isAsked = false;

  /** The first ones are painted first. */
  constructor(paintings: readonly Painting<P>[]) {
    this.#paintings = paintings;
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
    requestAnimationFrame((now) => this.#paint(now));
  }

  #paint(now: number): void {
    this.#isAsked = false;
    const until = performance.now() + BUDGET_MS;
    for (const painting of [...this.#waiting]) {
      this.#waiting.delete(painting);
      painting.paint(now);
      if (performance.now() > until) break;
    }
    this.#askForPicture();
  }
}
