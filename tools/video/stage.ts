// The stage of the scenes: the screen, the recording, and the stack that is filmed.

import path from 'node:path';
import type { Stack } from '../testing/stack.ts';
import { Captions } from './captions.ts';
import { waitForAll } from './child.ts';
import { type Film, Recording } from './recording.ts';
import { Screen } from './screen.ts';
import { type Place, Terminal } from './terminal.ts';
import { Venue } from './venue.ts';

export class Stage implements AsyncDisposable {
  readonly venue: Venue;
  readonly screen: Screen;
  readonly #captions: Captions;
  #recording: Recording | undefined;
  readonly #owned: AsyncDisposableStack;

  private constructor(
    parts: {
      readonly venue: Venue;
      readonly screen: Screen;
      readonly captions: Captions;
    },
    owned: AsyncDisposableStack,
  ) {
    this.venue = parts.venue;
    this.screen = parts.screen;
    this.#captions = parts.captions;
    this.#owned = owned;
  }

  /** Sets everything up; record() starts the film. Once `signal` is aborted, the current scene throws its reason. */
  static async open(signal: AbortSignal): Promise<Stage> {
    await using owned = new AsyncDisposableStack();
    const venue = owned.use(await Venue.open(signal));
    owned.defer(waitForAll);
    const screen = owned.use(await Screen.start());
    const captions = owned.use(new Captions(screen.display, venue.hidden));
    return new Stage({ venue, screen, captions }, owned.move());
  }

  /** Starts to record. Resolves when there is a first frame. */
  async record(): Promise<void> {
    const draft = path.join(this.venue.hidden, 'draft.mkv');
    const recording = this.own(new Recording(this.screen.display, draft));
    await this.stack.until('the screen is recorded', () => recording.runs);
    this.#recording = recording;
  }

  /** Shows the time that `event` lasts. Of the waits in between, the film shows only the beginning and the end. */
  async show(event: Promise<void>): Promise<void> {
    await (this.#recording === undefined ? event : this.#recording.show(event));
  }

  caption(title: string, text: string): void {
    this.#captions.show(title, text);
    console.log(`${title}: ${text}`);
  }

  /** The stack whose processes the terminals start. */
  get stack(): Stack {
    return this.venue.stack;
  }

  /** Holds the picture for some seconds, so that it can be read. */
  async hold(seconds: number): Promise<void> {
    await this.show(this.stack.runFor(seconds * 1_000));
  }

  /** Opens a terminal in front of all others. It closes with the stage, or earlier. */
  async terminal(title: string, place: Place): Promise<Terminal> {
    return this.own(await Terminal.open(this, title, place));
  }

  /** Disposes of it with the stage, unless that has happened before. */
  own<T extends AsyncDisposable>(started: T): T {
    return this.#owned.use(started);
  }

  /** Writes the film into `file`; undefined if nothing was recorded. @throws RecordingError */
  async finish(file: string): Promise<Film | undefined> {
    return await this.#recording?.finish(file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}
