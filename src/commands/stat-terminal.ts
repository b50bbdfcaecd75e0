// The terminal of a live `tickline stat`: redrawn in place; q, Ctrl-C and Ctrl-D end it.

import { counted } from '../platform/counted.ts';
import type { StoppableOutput } from '../platform/stoppable-output.ts';

const TO_TOP = '\x1b[H';
const CLEAR_LINE = '\x1b[2K';
const CLEAR_BELOW = '\x1b[J';
const ROWS = 24;
const COLUMNS = 80;
/** q, Ctrl-C and Ctrl-D. */
const QUIT_KEYS = ['q', 'Q', '\x03', '\x04'];
/** Ctrl-Z. */
const SUSPEND_KEY = '\x1a';
const HELP = 'q quits';

export class StatTerminal implements Disposable {
  /**
   * Undefined if standard output is no terminal, or one that cannot move its cursor.
   * @param onQuit called for each key that ends the command
   */
  static open(output: StoppableOutput, onQuit: () => void): StatTerminal | undefined {
    if (!process.stdout.isTTY || process.env.TERM === 'dumb') return undefined;
    return new StatTerminal(output, onQuit);
  }

  readonly #onKeys = (keys: Buffer) => this.#read(keys.toString('latin1'));
  readonly #onContinue = () => this.#setRaw(true);
  readonly #onResize = () => this.#output.write(TO_TOP + CLEAR_BELOW);
  readonly #output: StoppableOutput;
  readonly #onQuit: () => void;

  private constructor(output: StoppableOutput, onQuit: () => void) {
    this.#output = output;
    this.#onQuit = onQuit;
    void this.#onResize();
    process.stdout.on('resize', this.#onResize);
    if (!process.stdin.isTTY) return;
    this.#setRaw(true);
    process.stdin.on('data', this.#onKeys);
    process.on('SIGCONT', this.#onContinue);
  }

  get columns(): number {
    return process.stdout.columns || COLUMNS;
  }

  /** Overwrites the previous lines in place, without flicker or scrolling. Resolves when they are written. */
  show(lines: readonly string[]): Promise<void> {
    const rows = (process.stdout.rows || ROWS) - 2;
    const hidden = lines.length - rows;
    const shown =
      hidden > 0
        ? [
            ...lines.slice(0, Math.max(0, rows - 1)),
            `... ${counted(hidden + 1, 'more line')} in a taller window`,
          ]
        : lines;
    const drawn = [...shown, HELP].map((line) => `${CLEAR_LINE}${line}\n`).join('');
    return this.#output.write(TO_TOP + drawn + CLEAR_BELOW);
  }

  /** Gives the terminal back as it was. */
  [Symbol.dispose](): void {
    process.stdout.off('resize', this.#onResize);
    if (!process.stdin.isTTY) return;
    process.off('SIGCONT', this.#onContinue);
    process.stdin.off('data', this.#onKeys);
    this.#setRaw(false);
    process.stdin.pause();
  }

  /** In raw mode the terminal makes no signals of keys. */
  #read(keys: string): void {
    if (QUIT_KEYS.some((key) => keys.includes(key))) this.#onQuit();
    else if (keys.includes(SUSPEND_KEY)) {
      this.#setRaw(false);
      process.kill(process.pid, 'SIGTSTP');
    }
  }

  #setRaw(isRaw: boolean): void {
    try {
      process.stdin.setRawMode(isRaw);
    } catch {
      // The terminal has closed: the process gets a signal.
    }
  }
}
