import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';
import machine from '../../../../examples/feeds/machine.ts';
import quotes from '../../../../examples/feeds/quotes.ts';
import { pull, timedTicks } from '../../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import type { FeedStatus } from '../../../../src/gateway/feeds/feed.ts';
import { OwnFeedFailedError } from '../../../../src/gateway/feeds/own/own-errors.ts';
import type { CreateFeed, OwnTicks } from '../../../../src/gateway/feeds/own/own-feed.ts';
import { type OwnSettings, OwnSource } from '../../../../src/gateway/feeds/own/own-source.ts';
import { QueuedFeed } from '../../../../src/gateway/feeds/queued-feed.ts';
import { until } from '../../../../tools/testing/poll.ts';
import { conformsToFeed } from '../conformance.ts';

const TRAITS = { pacing: 'gateway', hasOwnPace: true, makesSymbols: false, options: [] } as const;
const QUOTES = `${import.meta.dirname}/../../../../examples/feeds/quotes.txt`;
const NO_FAULTS = { error: undefined, onFailure: () => {} };

/** Any answer, also one that the types do not allow. */
type Create = (...args: Parameters<CreateFeed>) => unknown;

function feedOf(create: Create, settings: Partial<OwnSettings> = {}): QueuedFeed {
  const loaded = {
    file: '/my-feed.ts',
    create: create as CreateFeed,
    traits: { live: false, repeats: true },
    faults: NO_FAULTS,
  };
  return new QueuedFeed(
    new OwnSource(loaded, {
      symbols: undefined,
      data: undefined,
      skip: 0,
      notify: () => {},
      silenceMs: 60_000,
      ...settings,
    }),
  );
}

function opened(t: TestContext, create: Create, settings?: Partial<OwnSettings>): QueuedFeed {
  const feed = feedOf(create, settings);
  t.after(() => feed.close());
  return feed;
}

function* giving(...ticks: unknown[]): Generator<OwnTicks> {
  for (const tick of ticks) yield tick as OwnTicks;
}

describe('the example of a file format', () =>
  conformsToFeed({ ...TRAITS, canRepeat: 'always' }, async (skip) => feedOf(quotes, { data: QUOTES, skip })));

test('the live example gives ticks until it is closed', async (t) => {
  const ticks = await pull(opened(t, machine), 4);
  assert.deepEqual(
    ticks.map((tick) => tick.split(',')[0]),
    ['LOAD', 'MEMORY', 'LOAD', 'MEMORY'],
  );
});

test('the digits of a text are kept, a number is rounded to 8 decimals, and arrays come together', async (t) => {
  const feed = opened(t, () =>
    giving({ symbol: 'A', price: '4.70', time: 1_000.5 }, [
      { symbol: 'B', price: 0.1 + 0.2, time: 2_000 },
      { symbol: 'A', price: 5e-8, time: 1_500 },
    ]),
  );
  assert.deepEqual(await timedTicks(feed, 9), [
    [1_000, 'A,4.70'],
    [2_000, 'B,0.3'],
    [2_000, 'A,0.00000005'],
  ]);
});

test('ticks that cannot be are skipped, counted by reason, and the first is kept with its number', async (t) => {
  const at = { symbol: 'A', time: 1 };
  const feed = opened(t, () =>
    giving(
      { ...at, price: Number.NaN },
      { ...at, price: -1 },
      { ...at, price: '0.123456789' },
      { symbol: 'A B', price: 1 },
      { ...at, price: 1, time: Number.NaN },
      { ...at, price: Number.NaN },
      { ...at, price: '7' },
    ),
  );
  assert.deepEqual(await pull(feed), ['A,7']);
  assert.deepEqual(
    feed.skips?.map(({ reason, count }) => [reason, count]),
    [
      ['price is missing', 2],
      ['price is negative', 1],
      ['price has more than 8 decimals', 1],
      ['symbol is not valid', 1],
      ['time is not valid', 1],
    ],
  );
  assert.equal(feed.rejectedRows, 6);
  assert.match(feed.skips?.[1].first ?? '', /^tick 2: price is negative: "-1", expected /);
});

for (const [what, create, says] of [
  ['a tick that is no object', () => giving({ symbol: 'A', price: 1 }, 5), /tick 2: it gave 5; expected/],
  ['a symbol that is no text', () => giving({ symbol: 1, price: 1 }), /tick 1: its symbol is 1; expected/],
  ['a price that is left out', () => giving({ symbol: 'A' }), /its price is nothing \(undefined\); expected/],
  [
    'a time that is text',
    () => giving({ symbol: 'A', price: 1, time: '9:30' }),
    /its time is '9:30'; expected ms/,
  ],
  ['a text instead of a generator', () => 'A,1', /its default export returned 'A,1'; expected a generator/],
  [
    'an iterator without results',
    () => ({ [Symbol.iterator]: () => ({ next: () => 1 }) }),
    /its next\(\) returned 1/,
  ],
] as const satisfies (readonly [string, Create, RegExp])[]) {
  test(`${what} stops the feed`, async (t) => {
    await assert.rejects(pull(opened(t, create)), (error) => {
      assert.ok(error instanceof OwnFeedFailedError);
      assert.equal(error.exitStatus, 2);
      assert.match(error.message, /^feed \/my-feed\.ts stopped: /);
      assert.match(error.message, says);
      return true;
    });
  });
}

test('only the symbols of --symbols are sent, and the feed is told of them', async (t) => {
  let told: readonly string[] | undefined;
  const create: CreateFeed = ({ symbols }) => {
    told = symbols;
    return giving({ symbol: 'A', price: 1 }, { symbol: 'B', price: 2 }) as Generator<OwnTicks>;
  };
  assert.deepEqual(await pull(opened(t, create, { symbols: ['B'] })), ['B,2']);
  assert.deepEqual(told, ['B']);
});

test('a feed that ends without a tick to send says so', async (t) => {
  const at = { symbol: 'A', price: 1 };
  for (const [create, settings, says] of [
    [() => giving(), {}, ['feed /my-feed.ts ended without a tick; expected it to yield { symbol, price }']],
    [
      () => giving({ ...at, price: -1 }, { ...at, price: 0 }, at),
      { symbols: ['A', 'B'], skip: 1 },
      ['my-feed.ts: the replay starts after tick 1, and there are 1: none is sent'],
    ],
    [
      () => giving({ symbol: 'B', price: 0 }, at, at),
      { symbols: ['B'] },
      ['feed /my-feed.ts ended, and none of its 3 ticks is sent: 1 is not valid, 2 are of other symbols'],
    ],
    [() => giving(at), {}, []],
  ] as const satisfies (readonly [Create, Partial<OwnSettings>, readonly string[]])[]) {
    const warnings: string[] = [];
    const notify: OwnSettings['notify'] = ({ level, message }) => {
      if (level === 'warn') warnings.push(message);
    };
    await pull(opened(t, create, { ...settings, notify }));
    assert.deepEqual(warnings, says);
  }
});

test('a feed that nobody asks is not started, and one that is fast waits for its clients', async (t) => {
  let given = 0;
  const feed = opened(t, function* () {
    for (;;) yield { symbol: 'A', price: ++given };
  });
  for (let i = 0; i < 20; i++) await nextIteration();
  assert.equal(given, 0);
  await feed.ready();
  for (let i = 0; i < 100; i++) await nextIteration();
  assert.ok(given > 1 && given <= 8_193, `${given}`);
  assert.deepEqual((await pull(feed, 9_000)).at(-1), 'A,9000');
});

test('a fast feed whose ticks are all left out lets the process do other work', {
  timeout: 10_000,
}, async (t) => {
  const feed = opened(t, function* () {
    for (;;) yield { symbol: 'A', price: 0 };
  });
  const ready = feed.ready();
  for (let i = 0; i < 10; i++) await nextIteration();
  assert.ok(feed.rejectedRows > 0);
  await feed.close();
  await ready;
});

test('a feed is down while it says so, or is silent, and up with its next tick', async (t) => {
  const reported: FeedStatus[] = [];
  const next = Promise.withResolvers<void>();
  const feed = opened(
    t,
    async function* ({ down }: Parameters<CreateFeed>[0]) {
      yield { symbol: 'A', price: 1 };
      down('the line is cut');
      yield { symbol: 'A', price: 2 };
      await next.promise;
      yield { symbol: 'A', price: 3 };
    },
    { silenceMs: 100 },
  );
  feed.onStatus((status) => reported.push(status));
  await pull(feed, 2);
  await until('it is silent', () => reported.length === 4);
  next.resolve();
  await pull(feed, 1);
  assert.deepEqual(
    reported.map((status) => (status.state === 'up' ? 'up' : status.reason)),
    ['up', 'the line is cut', 'up', '/my-feed.ts gave no tick for 0.1 s', 'up'],
  );
});

test('closing it ends a feed that waits for ever, and runs the finally of a generator', async () => {
  let released = 0;
  const waiting = feedOf(() => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }));
  void waiting.ready();
  const generator = feedOf(async function* () {
    try {
      for (let price = 1; ; price++) yield { symbol: 'A', price };
    } finally {
      released++;
    }
  });
  await pull(generator, 1);
  await Promise.all([waiting.close(), generator.close()]);
  await until('it has released what it held', () => released === 1);
});
