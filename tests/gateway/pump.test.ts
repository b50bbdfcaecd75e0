import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueuedFeed } from '../../src/gateway/feeds/queued-feed.ts';
import { RandomWalkFeed } from '../../src/gateway/feeds/random-walk.ts';
import { wirePrice } from '../../src/gateway/feeds/wire-price.ts';
import { createNewsPace, type NewsPace } from '../../src/gateway/news-pace.ts';
import { createPace } from '../../src/gateway/pace.ts';
import { Pump, type PumpHandler, type PumpParts } from '../../src/gateway/pump.ts';
import { TickFrames } from '../../src/gateway/tick-frames.ts';
import { until } from '../../tools/testing/poll.ts';

const NO_NEWS: NewsPace = { start() {}, ticksToNext: () => Number.POSITIVE_INFINITY, stop() {} };
const FULL_SPEED = createPace('gateway', { ticksPerSecond: Number.POSITIVE_INFINITY }, 0);

/** Takes the place of the price server, and of its clients. */
class Prices implements PumpHandler {
  readonly batches: number[] = [];
  counted = 0;
  ended = 0;
  failures: unknown[] = [];
  #frames = new TickFrames(new Uint8Array(4_096));

  get nextSequence(): number {
    return 1 + this.batches.reduce((sum, ticks) => sum + ticks, 0);
  }

  open(): TickFrames {
    this.#frames.clear();
    return this.#frames;
  }

  send(): number {
    const { count } = this.#frames;
    if (count > 0) this.batches.push(count);
    assert.equal(this.counted, this.nextSequence - 1, 'every tick was counted before it was sent');
    return count;
  }

  end(): void {
    this.ended++;
  }

  onFilled({ count }: TickFrames): void {
    this.counted += count;
  }

  onSent(): void {}
  onEnd(): void {
    assert.equal(this.ended, 1, 'the clients know it first');
  }

  onFailure(error: unknown): void {
    this.failures.push(error);
  }
}

function pumpOf(prices: Prices, parts: Partial<PumpParts>): Pump {
  const feed = new RandomWalkFeed({ symbols: ['A', 'B'], seed: 1 });
  return new Pump(
    { feed, prices, pace: FULL_SPEED, newsPace: NO_NEWS, isHeldBack: () => false, ...parts },
    prices,
  );
}

const TIMESTAMP = { epochMs: 0, ns: 0 };
const price = wirePrice('1.5');
assert.ok(price !== undefined);

test('a pump that is held back sends nothing until it no longer is', async (t) => {
  const prices = new Prices();
  let held = true;
  let looks = 0;
  const isHeldBack = () => {
    looks++;
    return held;
  };
  const pump = pumpOf(prices, { isHeldBack });
  t.after(() => pump.stop());
  pump.run();
  await until('it has looked again', () => looks > 3);
  assert.equal(prices.batches.length, 0);
  held = false;
  await until('some batches', () => prices.batches.length > 3);
});

test('a batch ends where a sentiment is due', async (t) => {
  const prices = new Prices();
  const sentBefore: number[] = [];
  const settings = { lossless: true, newsEvery: { ticks: 7 }, rate: { ticksPerSecond: 1 } };
  const newsPace = createNewsPace(settings, 1, () => sentBefore.push(prices.nextSequence));
  const pump = pumpOf(prices, { newsPace });
  t.after(() => pump.stop());
  pump.run();
  await until('some sentiments', () => sentBefore.length > 3);
  assert.deepEqual(sentBefore.slice(0, 4), [1, 8, 15, 22]);
});

test('ticks of a feed with its own pace are sent when they arrive', async (t) => {
  const prices = new Prices();
  const arrives = Promise.withResolvers<void>();
  const feed = new QueuedFeed({
    rejectedRows: 0,
    async run(sink) {
      for (let i = 0; i < 2; i++) {
        await sink.room();
        sink.put('A', price, TIMESTAMP);
        sink.flush();
        await arrives.promise;
      }
    },
    close: async () => {},
  });
  const pump = pumpOf(prices, { feed, pace: createPace('own', { ticksPerSecond: 1 }, 0) });
  t.after(() => pump.stop());
  pump.run();
  await until('the first tick', () => prices.batches.length === 1);
  assert.equal(feed.waiting, true);
  arrives.resolve();
  await until('the second tick', () => prices.ended === 1);
  assert.deepEqual(prices.batches, [1, 1]);
});

test('a feed that fails is reported once, after its ticks', async () => {
  const prices = new Prices();
  const failed = new Error('no more');
  const feed = new QueuedFeed({
    rejectedRows: 0,
    async run(sink) {
      await sink.room();
      sink.put('A', price, TIMESTAMP);
      throw failed;
    },
    close: async () => {},
  });
  pumpOf(prices, { feed }).run();
  await until('the failure', () => prices.failures.length > 0);
  assert.deepEqual(prices.failures, [failed]);
  assert.deepEqual([prices.batches, prices.ended], [[1], 0]);
});

test('a pump that was stopped sends nothing', () => {
  const prices = new Prices();
  const pump = pumpOf(prices, {});
  pump.stop();
  pump.run();
  assert.deepEqual(prices.batches, []);
});
