// What a lossless Gateway waits for: the OrderBook and the Strategies of its own stack, as the price book shows them.
//
// A client proves nothing by what it says on a port. The book can only be written by the user of the stack, and shows
// what is applied and evaluated however often a process died in between.

import { appliedPosition, type StackBook } from '../monitoring/stack-book.ts';

export class StackReaders {
  readonly #runId: number;
  #book: StackBook | undefined;

  /** @param runId this run of the Gateway */
  constructor(runId: number) {
    this.#runId = runId;
  }

  attach(book: StackBook): void {
    this.#book = book;
  }

  detach(): void {
    this.#book = undefined;
  }

  /** The number of the first tick that the OrderBook has not applied; 0 until it receives this run. */
  get applied(): number {
    const position = this.#book && appliedPosition(this.#book);
    return position?.runId === this.#runId ? position.next : 0;
  }

  /** Whether the OrderBook receives this run, and a lossless Strategy reads the book. */
  get areReady(): boolean {
    return this.applied > 0 && (this.#book?.readers().some(({ required }) => required) ?? false);
  }

  /** Whether all ticks before `next` are applied, and evaluated by every lossless Strategy, dead ones included. */
  areDone(next: number): boolean {
    const { applied } = this;
    return applied >= next && (this.#book?.requiredReadersAreDone ?? false);
  }
}
