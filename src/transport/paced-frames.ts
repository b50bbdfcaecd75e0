// The frames of one client, passed on at a rate. Those above the rate are held, and passed on one by one: a client
// that is slowed down keeps getting answers, and does not take the server for dead.

import { TokenBucket } from '../domain/token-bucket.ts';

export interface PacedFramesHandler {
  onFrame(text: string): void;
  /** Held frames were passed on. None is left with `areAll`. */
  onPassed(areAll: boolean): void;
}

export class PacedFrames {
  readonly #bucket: TokenBucket | undefined;
  readonly #handler: PacedFramesHandler;
  /** As many as one read has, because the client is not read until they are passed on. */
  #held: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param perSecond frames per second, and the burst size; Infinity: no limit */
  constructor(perSecond: number, handler: PacedFramesHandler) {
    this.#bucket = Number.isFinite(perSecond) ? new TokenBucket(perSecond, performance.now()) : undefined;
    this.#handler = handler;
  }

  /** Whether frames wait for their turn. */
  get areHeld(): boolean {
    return this.#held.length > 0;
  }

  /** Passes the frame on, or holds it. */
  push(text: string): void {
    if (this.#held.length === 0 && this.#mayPass(performance.now())) this.#handler.onFrame(text);
    else this.#hold(text);
  }

  /** Drops what is held. */
  close(): void {
    clearTimeout(this.#timer);
    this.#held = [];
  }

  #mayPass(now: number): boolean {
    return this.#bucket === undefined || this.#bucket.tryTake(now);
  }

  #hold(text: string): void {
    this.#held.push(text);
    if (this.#held.length === 1) this.#wait();
  }

  #wait(): void {
    const ms = this.#bucket?.msUntilNext(performance.now());
    this.#timer = setTimeout(() => this.#pass(), ms).unref();
  }

  #pass(): void {
    const now = performance.now();
    const count = this.#held.findIndex(() => !this.#mayPass(now));
    const due = this.#held.splice(0, count < 0 ? this.#held.length : count);
    for (const text of due) this.#handler.onFrame(text);
    this.#handler.onPassed(this.#held.length === 0);
    if (this.#held.length > 0) this.#wait();
  }
}
