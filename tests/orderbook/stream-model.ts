// A model of the price stream: random streams, and what a decoder must report for each, however it is cut.

import { isSymbol } from '../../src/domain/symbol.ts';
import type { Rejection } from '../../src/orderbook/price-stream.ts';
import fc from '../property.ts';
import {
  BAD_CONTROLS,
  BAD_FRAMES,
  BAD_PRICES,
  BAD_SYMBOLS,
  CLOCK,
  type DecoderEvent,
  type Tick,
} from './decoded.ts';

export type StreamEvent =
  | { kind: 'tick'; symbol: string; price: string }
  | { kind: 'bad'; text: string; rejection: Rejection }
  | { kind: 'session'; runId: number; next: number }
  | { kind: 'batch'; sequence: number; timeNs: number }
  | { kind: 'snapshot'; count: number }
  | { kind: 'heartbeat'; sequence: number }
  | { kind: 'end' };

export function encode(event: StreamEvent): string {
  switch (event.kind) {
    case 'tick':
      return `${event.symbol},${event.price}*`;
    case 'bad':
      return `${event.text}*`;
    case 'session':
      return `#SESSION,${event.runId},${event.next}*${CLOCK}`;
    case 'batch':
      return `#BATCH,${event.sequence},${event.timeNs}*`;
    case 'snapshot':
      return `#SNAPSHOT,${event.count}*`;
    case 'heartbeat':
      return `#HEARTBEAT,${event.sequence},5*`;
    case 'end':
      return '#END*';
  }
}

/** What the decoder must report, worked out frame by frame in the simplest way. */
export class ExpectedStream {
  readonly ticks: Tick[] = [];
  readonly snapshots: (readonly [string, number])[] = [];
  readonly events: DecoderEvent[] = [];
  #awaits = true;
  #runId = 0;
  #next = 1;
  #timeNs = 0;
  #snapshotLeft = 0;
  #repeatedLeft = 0;

  constructor(events: readonly StreamEvent[]) {
    for (const event of events) this.#take(event);
  }

  #take(event: StreamEvent): void {
    switch (event.kind) {
      case 'tick':
        if (this.#awaits) return;
        if (this.#snapshotLeft > 0) {
          this.#snapshotLeft--;
          if (this.#repeatedLeft === 0) this.snapshots.push([event.symbol, Number(event.price)]);
        } else if (this.#repeatedLeft > 0) {
          this.#repeatedLeft--;
          this.events.push(['repeated']);
        } else {
          this.ticks.push([this.#next++, event.symbol, Number(event.price), this.#timeNs]);
        }
        return;
      case 'bad':
        this.events.push(['rejected', event.rejection]);
        if (this.#awaits || event.text.startsWith('#')) return;
        if (this.#snapshotLeft > 0) this.#snapshotLeft--;
        else if (this.#repeatedLeft > 0) this.#repeatedLeft--;
        else this.#next++;
        return;
      case 'session': {
        const same = event.runId === this.#runId;
        this.events.push([
          'resumed',
          event.runId,
          event.next,
          same ? Math.max(0, event.next - this.#next) : undefined,
        ]);
        this.#next = same ? Math.max(this.#next, event.next) : event.next;
        this.#repeatedLeft = this.#next - event.next;
        this.#runId = event.runId;
        this.#awaits = false;
        return;
      }
      case 'batch':
        this.#snapshotLeft = 0;
        if (!this.#awaits) this.#timeNs = event.timeNs;
        this.#expect(event.sequence);
        return;
      case 'heartbeat':
        this.#expect(event.sequence);
        return;
      case 'snapshot':
        this.#snapshotLeft = event.count;
        return;
      case 'end':
        this.events.push(['end']);
    }
  }

  #expect(sequence: number): void {
    if (this.#awaits) return;
    if (sequence > this.#next) {
      this.events.push(['gap', sequence - this.#next]);
      this.#next = sequence;
    }
    this.#repeatedLeft = this.#next - sequence;
  }
}

const symbol = fc.stringMatching(/^[A-Za-z0-9.\-_/^=:&$@+~]{1,32}$/).filter(isSymbol);
const someSymbol = fc.oneof(
  symbol,
  fc.constantFrom('A', 'AAPL', 'BRK.B', 'BTC/USDT', 'ABCDEFGH', 'ABCDEFGHI'),
);

/** Any price with at most 8 decimals and at most 24 digits. */
export const price = fc
  .tuple(fc.stringMatching(/^\d{1,32}$/), fc.oneof(fc.constant(''), fc.stringMatching(/^\d{1,8}$/)))
  .map(([whole, decimals]) => (decimals === '' ? whole : `${whole}.${decimals}`))
  .filter((text) => Number(text) > 0);

const bad: fc.Arbitrary<StreamEvent> = fc.oneof(
  fc
    .constantFrom(...BAD_PRICES)
    .map((text): StreamEvent => ({ kind: 'bad', text: `AAPL,${text}`, rejection: 'price' })),
  fc.constantFrom(...BAD_FRAMES).map((text): StreamEvent => ({ kind: 'bad', text, rejection: 'frame' })),
  fc
    .constantFrom(...BAD_SYMBOLS)
    .map((text): StreamEvent => ({ kind: 'bad', text: `${text},1`, rejection: 'symbol' })),
  fc.constantFrom(...BAD_CONTROLS).map((text): StreamEvent => ({ kind: 'bad', text, rejection: 'frame' })),
);

const number = fc.integer({ min: 0, max: 40 });
export const event: fc.Arbitrary<StreamEvent> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ kind: fc.constant('tick'), symbol: someSymbol, price }) },
  { weight: 4, arbitrary: bad },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('batch'), sequence: number, timeNs: fc.integer({ min: 1 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('session'),
      runId: fc.integer({ min: 1, max: 2 }),
      next: number,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('snapshot'), count: fc.integer({ min: 0, max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('heartbeat'), sequence: number }) },
  { weight: 1, arbitrary: fc.constant<StreamEvent>({ kind: 'end' }) },
);

export const opening: fc.Arbitrary<StreamEvent[]> = fc.constantFrom(
  [],
  [{ kind: 'session', runId: 1, next: 5 }],
  [
    { kind: 'session', runId: 1, next: 1 },
    { kind: 'batch', sequence: 1, timeNs: 77 },
  ],
);
