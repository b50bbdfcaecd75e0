// A tick decoder under test, and what it reported.

import { CLOCK_ID } from '@tickline/posix';
import type { Rejection } from '../../src/orderbook/price-stream.ts';
import { TickDecoder } from '../../src/orderbook/tick-decoder.ts';

export type Tick = readonly [sequence: number, symbol: string, price: number, timeNs: number];
export type DecoderEvent =
  | readonly ['resumed', number, number, number | undefined]
  | readonly ['gap', number]
  | readonly ['rejected', Rejection]
  | readonly ['repeated']
  | readonly ['end'];

/** The Gateway reads the clock of the test. */
export const CLOCK = `#CLOCK,${CLOCK_ID},1*`;

/** A decoder, and what it reported. */
export class Decoded {
  readonly ticks: Tick[] = [];
  /** The market time of each tick. */
  readonly marketTimesMs: number[] = [];
  readonly snapshots: (readonly [string, number])[] = [];
  readonly events: DecoderEvent[] = [];
  /** The next tick, by the decoder's position, when each gap was reported. */
  readonly positionsAtGaps: number[] = [];
  /** Symbols that it asked an index for. */
  readonly asked: string[] = [];
  readonly #names: string[] = [];
  readonly decoder: TickDecoder;

  /** @param capacity symbols that get an index */
  constructor(capacity = 100_000) {
    this.decoder = new TickDecoder({
      onTicks: (run) => {
        for (let i = 0; i < run.count; i++) {
          this.ticks.push([
            run.firstSequence + i,
            this.#name(run.symbols[i]),
            run.prices[i] ?? 0,
            run.timeNs,
          ]);
          this.marketTimesMs.push(run.marketTimesMs[i]);
        }
      },
      onSnapshot: (run) => {
        for (let i = 0; i < run.count; i++)
          this.snapshots.push([this.#name(run.symbols[i]), run.prices[i] ?? 0]);
      },
      onResumed: (runId, next, missed) => this.events.push(['resumed', runId, next, missed]),
      onGap: (missed) => {
        this.events.push(['gap', missed]);
        this.positionsAtGaps.push(this.decoder.position.next);
      },
      onRepeated: () => this.events.push(['repeated']),
      onEnd: () => this.events.push(['end']),
      onRejected: (kind) => this.events.push(['rejected', kind]),
      onLeftOut: () => this.events.push(['rejected', 'symbol']),
      symbolIndex: (symbol) => {
        this.asked.push(symbol);
        return this.#names.length < capacity ? this.#names.push(symbol) - 1 : -1;
      },
    });
    this.decoder.begin();
  }

  #name(index: number | undefined): string {
    return this.#names[index ?? -1] ?? `no symbol ${index}`;
  }

  /** Passes each chunk in a larger buffer that is overwritten afterwards, as a socket does. */
  push(...chunks: (Uint8Array | string)[]): this {
    for (const chunk of chunks) {
      const bytes = Buffer.from(chunk);
      const reused = Buffer.alloc(bytes.length + 10, 'AAPL,1*');
      reused.set(bytes);
      this.decoder.push(reused, bytes.length);
      reused.fill('*');
    }
    return this;
  }

  get tickPairs(): (readonly [string, number])[] {
    return this.ticks.map(([, symbol, price]) => [symbol, price]);
  }

  rejected(kind?: Rejection): number {
    return this.events.filter(([what, which]) => what === 'rejected' && (!kind || which === kind)).length;
  }
}

/** A decoder that has decoded #SESSION, #CLOCK and the start of a batch. */
export function inBatch(first = 1): Decoded {
  return new Decoded().push(`#SESSION,7,${first}*${CLOCK}#BATCH,${first},1000*`);
}

export const BAD_PRICES = [
  '0',
  '0.00',
  '-1',
  'NaN',
  '1e5',
  '',
  '1.123456789',
  '1.2.3',
  '1,2',
  '.',
  '1.',
  '.5',
  ' 1',
  '+1',
];
BAD_PRICES.push('Infinity', '1_000', '0x10', '0.000000001', `1${'0'.repeat(70)}`, '１');
export const BAD_FRAMES = ['', 'AAPL', ',1', 'hello world', '1', '\n'];
export const BAD_SYMBOLS = [
  'A A',
  'ÄÖ',
  'A'.repeat(33),
  'A'.repeat(300),
  '\0AAPL',
  'A\0',
  '"A"',
  'A\n',
  '\xff'.repeat(8),
];
export const BAD_CONTROLS = ['#', '#BATCH', '#BATCH,x,1', '#WHAT,1', '#SNAPSHOT,-1', '#AT,1'];
