// What happened to the stack: the last events, and those that no frame has had yet.

import type { EventLine } from './messages.ts';

const EVENTS_MAX = 200;

export class Events {
  #all: EventLine[] = [];
  #fresh: EventLine[] = [];
  #line = 0;

  add(kind: EventLine['kind'], text: string, at = Date.now()): void {
    const event = { line: ++this.#line, at, kind, text };
    this.#all.push(event);
    if (this.#all.length > EVENTS_MAX) this.#all.shift();
    this.#fresh.push(event);
    if (this.#fresh.length > EVENTS_MAX) this.#fresh.shift();
  }

  /** Oldest first. */
  all(): readonly EventLine[] {
    return this.#all;
  }

  /** Events since the last call; undefined without any. */
  take(): readonly EventLine[] | undefined {
    if (this.#fresh.length === 0) return undefined;
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}
