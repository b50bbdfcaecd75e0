// What the scenes play on: the screen, the film that runs, and the folder in which the stack lives.

import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BookNotFoundError } from '@tickline/price-book';
import type { CounterName } from '../../src/monitoring/counter-table.ts';
import { attachBook, type StackBook } from '../../src/monitoring/stack-book.ts';
import { untilReady } from '../../src/orchestrator/readiness.ts';
import { accepts } from '../../src/transport/ports.ts';
import { Captions } from './captions.ts';
import { endAll } from './child.ts';
import { Recording } from './recording.ts';
import { Screen } from './screen.ts';
import { type Place, Terminal } from './terminal.ts';
import { HOST, Venue } from './venue.ts';

const PATIENCE_MS = 30_000;

export class Stage implements AsyncDisposable {
  readonly venue: Venue;
  readonly screen: Screen;
  readonly #captions: Captions;
  readonly #recording: Recording;
  readonly #owned: AsyncDisposableStack;
  readonly #signal: AbortSignal;
  #book: StackBook | undefined;

  private constructor(
    parts: {
      readonly venue: Venue;
      readonly screen: Screen;
      readonly captions: Captions;
      readonly recording: Recording;
    },
    owned: AsyncDisposableStack,
    signal: AbortSignal,
  ) {
    this.venue = parts.venue;
    this.screen = parts.screen;
    this.#captions = parts.captions;
    this.#recording = parts.recording;
    this.#owned = owned;
    this.#signal = signal;
  }

  /** Sets it up and starts to record. Once `signal` is aborted, the scene that plays throws its reason. */
  static async open(signal: AbortSignal): Promise<Stage> {
    await using owned = new AsyncDisposableStack();
    const venue = owned.use(await Venue.find());
    owned.defer(endAll);
    const screen = owned.use(await Screen.start());
    const captions = owned.use(new Captions(screen.display, venue.hidden));
    const draft = path.join(venue.hidden, 'draft.mkv');
    const recording = owned.use(new Recording(screen.display, draft));
    return new Stage({ venue, screen, captions, recording }, owned.move(), signal);
  }

  caption(title: string, text: string): void {
    this.#captions.show(title, text);
    console.log(`${title}: ${text}`);
  }

  /** Lets what is seen be read. */
  async hold(seconds: number): Promise<void> {
    await sleep(seconds * 1_000, undefined, { signal: this.#signal });
  }

  /** @throws NotReadyError after 30 seconds */
  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    await untilReady(what, { timeoutMs: PATIENCE_MS, signal: this.#signal }, holds);
  }

  async untilServed(port: number): Promise<void> {
    await this.until(`port ${port}`, () => accepts(HOST, port));
  }

  /** Opens a terminal in front of what is there. It closes with the stage, or before. */
  async terminal(title: string, place: Place): Promise<Terminal> {
    return this.own(await Terminal.open(this, title, place));
  }

  /** Ends it with the stage, where it is not ended before. */
  own<T extends AsyncDisposable>(started: T): T {
    return this.#owned.use(started);
  }

  /** A counter in the price book; 0 while there is none. */
  counter(name: CounterName): number {
    if (this.#book === undefined || this.#book.replaced) this.#book = attached(this.venue.book);
    return this.#book?.counter(name) ?? 0;
  }

  /** Writes the film into `file`. @throws RecordingError */
  async finish(file: string): Promise<void> {
    await this.#recording.finish(file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

function attached(book: string): StackBook | undefined {
  try {
    return attachBook(book);
  } catch (error) {
    if (error instanceof BookNotFoundError) return undefined;
    throw error;
  }
}
