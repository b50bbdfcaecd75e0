// What happened to the stack, for people: the last events, and those that no frame has told yet.

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

  /** Those since the last call; undefined: none. */
  take(): readonly EventLine[] | undefined {
    if (this.#fresh.length === 0) return undefined;
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}
