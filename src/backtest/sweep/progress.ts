// The progress of many tries on the terminal, with the time that is left.

const REDRAW_MS = 200;
const MS_PER_S = 1_000;

/** Draws on standard error if it is a terminal; never otherwise. */
export class Progress {
  readonly #total: number;
  readonly #startedMs = performance.now();
  #drawnMs = Number.NEGATIVE_INFINITY;

  constructor(total: number) {
    this.#total = total;
  }

  update(done: number): void {
    const now = performance.now();
    if (!process.stderr.isTTY || (now - this.#drawnMs < REDRAW_MS && done < this.#total)) return;
    this.#drawnMs = now;
    process.stderr.write(`\r\x1b[K${progressText(done, this.#total, now - this.#startedMs)}`);
  }

  /** Removes the line. */
  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}

/** `312 of 723 tries, 3 s left` */
export function progressText(done: number, total: number, elapsedMs: number): string {
  const left = done === 0 ? '' : `, ${Math.ceil(((total - done) * elapsedMs) / done / MS_PER_S)} s left`;
  return `${done} of ${total} tries${left}`;
}
