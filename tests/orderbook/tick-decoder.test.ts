import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSymbol } from '../../src/domain/symbol.ts';
import type { Rejection } from '../../src/orderbook/price-stream.ts';
import { TickDecoder } from '../../src/orderbook/tick-decoder.ts';
import { FRAME_BYTES_MAX } from '../../src/protocol/frames.ts';
import fc from '../property.ts';
import { cut, cutSizes } from '../protocol/chunks.ts';

type Tick = readonly [sequence: number, symbol: string, price: number, timeNs: number];
type Told =
  | readonly ['resumed', number, number, number | undefined]
  | readonly ['gap', number]
  | readonly ['rejected', Rejection]
  | readonly ['repeated']
  | readonly ['end'];

/** A decoder that keeps all that it says. */
class Decoded {
  readonly ticks: Tick[] = [];
  readonly snapshots: (readonly [string, number])[] = [];
  readonly told: Told[] = [];
  /** Symbols for which an index was asked. */
  readonly asked: string[] = [];
  readonly #names: string[] = [];
  readonly decoder: TickDecoder;

  /** @param capacity symbols that there is room for */
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
        }
      },
      onSnapshot: (run) => {
        for (let i = 0; i < run.count; i++)
          this.snapshots.push([this.#name(run.symbols[i]), run.prices[i] ?? 0]);
      },
      onResumed: (runId, next, missed) => this.told.push(['resumed', runId, next, missed]),
      onGap: (missed) => this.told.push(['gap', missed]),
      onRepeated: () => this.told.push(['repeated']),
      onEnd: () => this.told.push(['end']),
      onRejected: (kind) => this.told.push(['rejected', kind]),
      onLeftOut: () => this.told.push(['rejected', 'symbol']),
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

  /** Chunks are handed over in a larger buffer that is overwritten afterwards, as a socket does. */
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
    return this.told.filter(([what, which]) => what === 'rejected' && (!kind || which === kind)).length;
  }
}

/** Past SESSION and the header of the first batch. */
function inBatch(first = 1): Decoded {
  return new Decoded().push(`#SESSION,7,${first}*#BATCH,${first},1000*`);
}

// --- what a stream means, told simply ---

type Event =
  | { kind: 'tick'; symbol: string; price: string }
  | { kind: 'bad'; text: string; rejection: Rejection }
  | { kind: 'session'; runId: number; next: number }
  | { kind: 'batch'; sequence: number; timeNs: number }
  | { kind: 'snapshot'; count: number }
  | { kind: 'heartbeat'; sequence: number }
  | { kind: 'end' };

function textOf(event: Event): string {
  switch (event.kind) {
    case 'tick':
      return `${event.symbol},${event.price}*`;
    case 'bad':
      return `${event.text}*`;
    case 'session':
      return `#SESSION,${event.runId},${event.next}*`;
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

/** The stream's meaning, frame by frame: what the decoder must make of it, however it is cut. */
class Meaning {
  readonly ticks: Tick[] = [];
  readonly snapshots: (readonly [string, number])[] = [];
  readonly told: Told[] = [];
  #awaits = true;
  #runId = 0;
  #next = 1;
  #timeNs = 0;
  #snapshotLeft = 0;
  #repeatedLeft = 0;

  constructor(events: readonly Event[]) {
    for (const event of events) this.#take(event);
  }

  #take(event: Event): void {
    switch (event.kind) {
      case 'tick':
        if (this.#awaits) return;
        if (this.#snapshotLeft > 0) {
          this.#snapshotLeft--;
          if (this.#repeatedLeft === 0) this.snapshots.push([event.symbol, Number(event.price)]);
        } else if (this.#repeatedLeft > 0) {
          this.#repeatedLeft--;
          this.told.push(['repeated']);
        } else {
          this.ticks.push([this.#next++, event.symbol, Number(event.price), this.#timeNs]);
        }
        return;
      case 'bad':
        this.told.push(['rejected', event.rejection]);
        if (this.#awaits || event.text.startsWith('#')) return;
        if (this.#snapshotLeft > 0) this.#snapshotLeft--;
        else if (this.#repeatedLeft > 0) this.#repeatedLeft--;
        else this.#next++;
        return;
      case 'session': {
        const same = event.runId === this.#runId;
        this.told.push([
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
        this.#timeNs = event.timeNs;
        this.#expect(event.sequence);
        return;
      case 'heartbeat':
        this.#expect(event.sequence);
        return;
      case 'snapshot':
        this.#snapshotLeft = event.count;
        return;
      case 'end':
        this.told.push(['end']);
    }
  }

  #expect(sequence: number): void {
    if (this.#awaits) return;
    if (sequence > this.#next) {
      this.told.push(['gap', sequence - this.#next]);
      this.#next = sequence;
    }
    this.#repeatedLeft = this.#next - sequence;
  }
}

const symbol = fc.stringMatching(/^[A-Za-z0-9.\-_/]{1,16}$/).filter(isSymbol);
const someSymbol = fc.oneof(
  symbol,
  fc.constantFrom('A', 'AAPL', 'BRK.B', 'BTC/USDT', 'ABCDEFGH', 'ABCDEFGHI'),
);

/** Any price with at most 8 decimals and at most 24 digits. */
const price = fc
  .tuple(fc.stringMatching(/^\d{1,16}$/), fc.oneof(fc.constant(''), fc.stringMatching(/^\d{1,8}$/)))
  .map(([whole, decimals]) => (decimals === '' ? whole : `${whole}.${decimals}`))
  .filter((text) => Number(text) > 0);

const BAD_PRICES = [
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
const BAD_FRAMES = ['', 'AAPL', ',1', 'hello world', '1', '\n'];
const BAD_SYMBOLS = [
  'A A',
  'ÄÖ',
  'A'.repeat(17),
  'A'.repeat(300),
  '\0AAPL',
  'A\0',
  '"A"',
  'A\n',
  '\xff'.repeat(8),
];
const BAD_CONTROLS = ['#', '#BATCH', '#BATCH,x,1', '#WHAT,1', '#SNAPSHOT,-1', '#AT,1'];

const bad: fc.Arbitrary<Event> = fc.oneof(
  fc
    .constantFrom(...BAD_PRICES)
    .map((text): Event => ({ kind: 'bad', text: `AAPL,${text}`, rejection: 'price' })),
  fc.constantFrom(...BAD_FRAMES).map((text): Event => ({ kind: 'bad', text, rejection: 'frame' })),
  fc
    .constantFrom(...BAD_SYMBOLS)
    .map((text): Event => ({ kind: 'bad', text: `${text},1`, rejection: 'symbol' })),
  fc.constantFrom(...BAD_CONTROLS).map((text): Event => ({ kind: 'bad', text, rejection: 'frame' })),
);

const number = fc.integer({ min: 0, max: 40 });
const event: fc.Arbitrary<Event> = fc.oneof(
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
  { weight: 1, arbitrary: fc.constant<Event>({ kind: 'end' }) },
);

const opening: fc.Arbitrary<Event[]> = fc.constantFrom(
  [],
  [{ kind: 'session', runId: 1, next: 5 }],
  [
    { kind: 'session', runId: 1, next: 1 },
    { kind: 'batch', sequence: 1, timeNs: 77 },
  ],
);

test('any stream, cut in any way, means the same: ticks, numbers, gaps, repeats and rejections', () => {
  fc.assert(
    fc.property(opening, fc.array(event, { maxLength: 60 }), cutSizes, (first, rest, sizes) => {
      const events = [...first, ...rest];
      const stream = Buffer.from(events.map(textOf).join(''), 'latin1');
      const decoded = new Decoded().push(...cut(stream, sizes));
      const meaning = new Meaning(events);
      // Before the first batch ticks have the time of their coming.
      const timed = (ticks: readonly Tick[]) =>
        ticks.map(([n, s, p, time]) => [n, s, p, time > 2 ** 31 ? 0 : time]);
      assert.deepEqual(timed(decoded.ticks), timed(meaning.ticks));
      assert.deepEqual(decoded.snapshots, meaning.snapshots);
      assert.deepEqual(decoded.told, meaning.told);
    }),
    { numRuns: 1_000 },
  );
});

test('every price of at most 8 decimals is exactly the number that it says, in every form', () => {
  fc.assert(
    fc.property(fc.array(price, { minLength: 1, maxLength: 30 }), (prices) => {
      // Once as an unknown symbol, then by the fast way.
      const text = prices.map((one) => `AAPL,${one}*LONG-SYMBOL,${one}*`).join('');
      const expected = prices.flatMap((one) => [Number(one), Number(one)]);
      assert.deepEqual(
        inBatch()
          .push(text, text)
          .tickPairs.map(([, value]) => value),
        [...expected, ...expected],
      );
    }),
    { numRuns: 2_000 },
  );
});

for (const text of [
  '9007199254740993',
  '9999999999999999',
  '123456789012345.6',
  '12345678.12345678',
  '0000000001',
]) {
  test(`the price ${text} is exactly Number('${text}')`, () => {
    assert.deepEqual(inBatch().push(`A,${text}*A,${text}*`).tickPairs, [
      ['A', Number(text)],
      ['A', Number(text)],
    ]);
  });
}

for (const text of BAD_PRICES) {
  test(`the price "${text}" is counted, and its number is used up`, () => {
    const decoded = inBatch().push(`AAPL,1*AAPL,2*AAPL,${text}*AAPL,4*`);
    assert.equal(decoded.rejected('price'), 1);
    assert.equal(decoded.rejected(), 1);
    assert.deepEqual(
      decoded.ticks.map(([sequence, , value]) => [sequence, value]),
      [
        [1, 1],
        [2, 2],
        [4, 4],
      ],
    );
    assert.equal(decoded.decoder.position.next, 5);
  });
}

for (const text of BAD_SYMBOLS) {
  test(`the symbol ${JSON.stringify(text)} is counted, and its number is used up`, () => {
    const decoded = inBatch().push(Buffer.from(`AAPL,1*A,2*${text},3*AAPL,4*`, 'latin1'));
    assert.equal(decoded.rejected('symbol'), 1);
    assert.equal(decoded.rejected(), 1);
    assert.deepEqual(
      decoded.ticks.map(([sequence]) => sequence),
      [1, 2, 4],
    );
  });
}

test('a symbol that there is no room for is counted each time, and its number is used up', () => {
  const decoded = new Decoded(1).push('#SESSION,7,1*#BATCH,1,9*A,1*B,2*ABCDEFGHIJ,3*A,4*B,5*');
  assert.equal(decoded.rejected('symbol'), 3);
  assert.deepEqual(decoded.tickPairs, [
    ['A', 1],
    ['A', 4],
  ]);
  assert.equal(decoded.decoder.position.next, 6);
});

test('whether there is room for a symbol is asked once, and not with every tick', () => {
  const ticks = 'A,1*B,2*ABCDEFGHIJ,3*B,4*ABCDEFGHIJ,5*A,6*B,7*';
  const decoded = new Decoded(1).push(`#SESSION,7,1*#BATCH,1,9*${ticks}`);
  assert.deepEqual(decoded.asked, ['A', 'B', 'ABCDEFGHIJ']);
  assert.equal(decoded.rejected('symbol'), 5);
  assert.deepEqual(
    decoded.ticks.map(([sequence]) => sequence),
    [1, 6],
  );
});

test('an unknown control frame is counted, and uses no number up', () => {
  const decoded = inBatch().push('A,1*#NEW,1,2*A,2*');
  assert.equal(decoded.rejected('frame'), 1);
  assert.deepEqual(
    decoded.ticks.map(([sequence]) => sequence),
    [1, 2],
  );
});

for (const chunkBytes of [1_000, 65_536, 65_537, 300_000]) {
  test(`a frame of more than 64 KiB is counted once, in chunks of ${chunkBytes}, and uses its number up`, () => {
    for (const length of [FRAME_BYTES_MAX, FRAME_BYTES_MAX + 1, 3 * FRAME_BYTES_MAX]) {
      const stream = Buffer.from(`A,1*B,1${'x'.repeat(length - 3)}*A,3*#${'y'.repeat(length)}*A,4*`);
      const decoded = inBatch().push(...cut(stream, [chunkBytes]));
      assert.equal(decoded.rejected('frame'), 2);
      assert.equal(decoded.rejected(), 2);
      assert.deepEqual(
        decoded.ticks.map(([sequence, , value]) => [sequence, value]),
        [
          [1, 1],
          [3, 3],
          [4, 4],
        ],
      );
    }
  });
}

test('a snapshot may come in many chunks, and carries no number', () => {
  const frames = Array.from({ length: 5_000 }, (_, i) => `S${i},${i + 1}*`).join('');
  const stream = Buffer.from(`#SESSION,7,100*#SNAPSHOT,5000*${frames}#BATCH,100,9*S0,7*`);
  const decoded = new Decoded().push(...cut(stream, [1_000, 17]));
  assert.equal(decoded.snapshots.length, 5_000);
  assert.deepEqual(decoded.snapshots.at(-1), ['S4999', 5_000]);
  assert.deepEqual(decoded.ticks, [[100, 'S0', 7, 9]]);
});

test('a run that is full goes on in the next one', () => {
  const frames = Array.from({ length: 10_000 }, (_, i) => `A,${i + 1}*`).join('');
  const decoded = inBatch().push(frames);
  assert.deepEqual(
    decoded.ticks.map(([sequence, , value]) => sequence === value),
    Array(10_000).fill(true),
  );
});

test('ticks that come again are dropped, and counted one by one', () => {
  const decoded = inBatch().push('A,1*A,2*A,3*#BATCH,2,2000*A,2*A,3*A,4*');
  assert.deepEqual(decoded.tickPairs.length, 4);
  assert.deepEqual(decoded.ticks.at(-1), [4, 'A', 4, 2000]);
  assert.equal(decoded.told.filter(([what]) => what === 'repeated').length, 2);
});

test('a stream from earlier brings no tick twice, and no price back', () => {
  const decoded = new Decoded().push('#SESSION,7,1*#SNAPSHOT,1*A,5*#BATCH,1,9*A,6*A,7*A,8*');
  decoded.decoder.begin();
  decoded.push('#SESSION,7,1*#SNAPSHOT,1*A,5*#BATCH,1,9*A,6*A,7*A,8*A,9*');
  assert.deepEqual(decoded.snapshots, [['A', 5]]);
  assert.deepEqual(
    decoded.tickPairs.map(([, value]) => value),
    [6, 7, 8, 9],
  );
  assert.equal(decoded.told.filter(([what]) => what === 'repeated').length, 3);
});

test('a gap is told with its size, at the batch or at the heartbeat', () => {
  const decoded = inBatch().push('A,1*#BATCH,10,2000*A,10*#HEARTBEAT,15,3000*');
  assert.deepEqual(
    decoded.told.filter(([what]) => what === 'gap'),
    [
      ['gap', 8],
      ['gap', 4],
    ],
  );
  assert.equal(decoded.decoder.position.next, 15);
});

test('numbers above 2^32 are told as they are', () => {
  const first = 2 ** 40 + 5;
  const decoded = new Decoded().push(
    `#SESSION,1700000000000000,${first}*#BATCH,${first},31536000123456788*A,1*`,
  );
  assert.deepEqual(decoded.ticks, [[first, 'A', 1, 31536000123456788]]);
  assert.deepEqual(decoded.decoder.position, { runId: 1700000000000000, next: first + 1 });
});

test('after a cut in the middle of a frame it goes on at the right tick', () => {
  const text = 'A,101*A,102*A,103*';
  for (let at = 0; at <= text.length; at++) {
    const decoded = new Decoded().push(`#SESSION,7,1*#BATCH,1,9*${text.slice(0, at)}`);
    const { runId, next } = decoded.decoder.position;
    assert.equal(runId, 7);
    decoded.decoder.begin();
    const rest = text.split('*').slice(next - 1, -1);
    decoded.push(`#SESSION,7,${next}*#BATCH,${next},9*${rest.map((frame) => `${frame}*`).join('')}`);
    assert.deepEqual(
      decoded.ticks.map(([sequence, , value]) => [sequence, value]),
      [
        [1, 101],
        [2, 102],
        [3, 103],
      ],
      `cut at ${at}`,
    );
    assert.equal(decoded.rejected(), 0);
  }
});

test('after a cut in a snapshot nothing of it is left', () => {
  const decoded = new Decoded().push('#SESSION,7,5*#SNAPSHOT,10*A,1*A,2*A,');
  decoded.decoder.begin();
  decoded.push('#SESSION,7,5*#BATCH,5,9*A,5*A,6*');
  assert.deepEqual(
    decoded.ticks.map(([sequence]) => sequence),
    [5, 6],
  );
});

test('after a cut in a frame that was too long the next connection starts afresh', () => {
  const decoded = inBatch().push(`A,1*${'x'.repeat(2 * FRAME_BYTES_MAX)}`);
  decoded.decoder.begin();
  decoded.push('#SESSION,7,3*#BATCH,3,9*A,3*');
  assert.deepEqual(
    decoded.ticks.map(([sequence]) => sequence),
    [1, 3],
  );
});

test('ticks before the answer to RESUME have no number, and are dropped', () => {
  const decoded = inBatch().push('A,1*');
  decoded.decoder.begin();
  decoded.push('A,7*B,8*nonsense*A,0*', '#HEARTBEAT,99,1*', '#SESSION,7,2*#BATCH,2,9*A,2*');
  assert.deepEqual(decoded.ticks.slice(1), [[2, 'A', 2, 9]]);
  assert.deepEqual(decoded.told.at(-1), ['resumed', 7, 2, 0]);
});

test('the first position names no run, a restored one names its own', () => {
  const { decoder } = new Decoded();
  assert.deepEqual(decoder.position, { runId: 0, next: 0 });
  decoder.restore(7, 12);
  assert.deepEqual(decoder.position, { runId: 7, next: 12 });
});

test('the answer of the same run counts the lost ticks; that of another run cannot', () => {
  const decoded = inBatch().push('A,1*');
  decoded.decoder.begin();
  decoded.push('#SESSION,7,10*');
  decoded.decoder.begin();
  decoded.push('#SESSION,8,500*');
  assert.deepEqual(decoded.told.slice(1), [
    ['resumed', 7, 10, 8],
    ['resumed', 8, 500, undefined],
  ]);
});

test('random bytes never throw, never hang, and never become a price that is none', {
  timeout: 60_000,
}, () => {
  const scraps = fc.constantFrom(
    '*',
    ',',
    '#',
    '.',
    'AAPL,1*',
    '#BATCH,',
    '#SESSION,1,1*',
    '#SNAPSHOT,9*',
    '\0',
    '9',
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(scraps, { maxLength: 100 }).map((parts) => Buffer.from(parts.join(''))),
  );
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 10 }), fc.boolean(), (chunks, isResumed) => {
      const decoded = isResumed ? inBatch() : new Decoded();
      decoded.push(...chunks);
      for (const [name, value] of [...decoded.tickPairs, ...decoded.snapshots]) {
        assert.ok(isSymbol(name) && value > 0 && value < Number.POSITIVE_INFINITY);
      }
    }),
    { numRuns: 1_000 },
  );
});
