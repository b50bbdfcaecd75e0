// The events, newest first. Screen readers speak them, no faster than every two seconds.

import type { EventLine } from '../messages.ts';
import { byId, make, setText } from './dom.ts';
import { timeOfDay } from './format.ts';
import type { Model } from './model.ts';

const SHOWN_MAX = 100;
const SPEAK_MS = 2_000;
const MARKS = { bad: '✖', good: '✔', note: '•' };

export class EventsPanel {
  readonly #model: Model;
  readonly #list = byId('events');
  #shown: EventLine | undefined;
  #spokenAt = Number.NEGATIVE_INFINITY;

  constructor(model: Model) {
    this.#model = model;
  }

  render(): void {
    const { events } = this.#model;
    const last = events.at(-1);
    byId('no-events').hidden = events.length > 0;
    if (last === this.#shown) return;
    this.#shown = last;
    this.#list.replaceChildren(...events.slice(-SHOWN_MAX).reverse().map(itemOf));
    if (last && last.kind !== 'note') this.#speak(last.text);
  }

  #speak(text: string): void {
    const now = performance.now();
    if (now - this.#spokenAt < SPEAK_MS) return;
    this.#spokenAt = now;
    setText(byId('spoken'), text);
  }
}

function itemOf({ at, kind, text }: EventLine): HTMLElement {
  const item = make('li');
  item.dataset.kind = kind;
  const time = make('time', '', timeOfDay(at));
  item.append(time, make('span', 'mark', MARKS[kind]), make('span', 'text', text));
  return item;
}
