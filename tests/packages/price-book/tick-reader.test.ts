import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { AttachedPriceBook } from '../../../packages/price-book/attached-price-book.ts';
import { HEADER, READER_CAPACITY, READER_SLOT } from '../../../packages/price-book/layout.ts';
import { PriceBookWriter } from '../../../packages/price-book/price-book-writer.ts';
import type { TickBatch } from '../../../packages/price-book/tick-batch.ts';
import { type TickHandler, TickReader } from '../../../packages/price-book/tick-reader.ts';
import {
  BlockingWaitStrategy,
  SpinWaitStrategy,
  type WaitStrategy,
} from '../../../packages/price-book/wait-strategy.ts';
import { until } from '../../../tools/testing/poll.ts';
import { numberedRun } from './ticks.ts';
import { uniqueBook } from './unique-book.ts';

const WAITS = { sleeping: new BlockingWaitStrategy(), spinning: new SpinWaitStrategy() };

/** A handler that checks what it gets, and keeps how far it came. */
class Taking implements TickHandler {
  expectsMessage = false;
  /** Number of the next tick, and how many came. */
  next: number;
  ticks = 0;
  lapped = 0;
  /** Rows that it takes at a time. */
  rowsMax = Number.POSITIVE_INFINITY;
  onTick: () => void = () => {};

  constructor(next = 1) {
    this.next = next;
  }

  onTicks(batch: TickBatch, from: number): number {
    const end = Math.min(batch.count, from + this.rowsMax);
    for (let row = from; row < end; row++) {
      assert.equal(batch.sequences[row], this.next, 'every tick, in order');
      assert.equal(batch.prices[row], this.next);
      this.next++;
      this.ticks++;
      this.onTick();
    }
    return end;
  }

  onLapped(ticks: number): void {
    this.lapped += ticks;
    this.next += ticks;
  }

  onRefused(): void {
    assert.fail('no program overwrote the book');
  }
}

interface Stage {
  readonly book: PriceBookWriter;
  readonly attached: AttachedPriceBook;
  /** Publishes the next `count` ticks. */
  publish(count: number): void;
}

function stageOf(t: TestContext, ringCapacity = 16_384): Stage {
  const name = uniqueBook(t);
  const book = new PriceBookWriter(['AAPL'], name, { ringCapacity });
  t.after(() => book.close());
  let next = 1;
  return {
    book,
    attached: new AttachedPriceBook(name, { readOnly: false }),
    publish: (count) => {
      book.apply(numberedRun(next, count));
      next += count;
    },
  };
}

function feedOf(
  t: TestContext,
  stage: Stage,
  handler: TickHandler,
  wait: WaitStrategy = WAITS.sleeping,
): TickReader {
  const feed = new TickReader(stage.attached, { name: 'reader', wait }, handler);
  t.after(() => feed.abandon());
  return feed;
}

/** Makes it so that the process which holds the slot is `pid`. */
function handTo({ attached: { memory } }: Stage, slot: number, pid: number): void {
  memory.i32[(memory.shape.readerOffset + slot * READER_SLOT.bytes + READER_SLOT.at.pid) >> 2] = pid;
}

for (const [how, wait] of Object.entries(WAITS)) {
  const reader = `${how} reader`;
  for (const expectsMessage of [false, true]) {
    const which = expectsMessage ? `${reader} that expects a message` : reader;
    test(`a ${which} gets every tick, in order`, { timeout: 60_000 }, async (t) => {
      const stage = stageOf(t);
      const handler = new Taking();
      handler.expectsMessage = expectsMessage;
      feedOf(t, stage, handler, wait);
      let published = 0;
      for (let round = 0; round < 60; round++) {
        const count = (round * 997) % 5_000;
        stage.publish(count);
        published += count;
        await until('it has them', () => handler.ticks === published);
      }
      assert.equal(handler.lapped, 0);
      assert.equal(stage.book.readers()[0]?.cursor, published);
    });
  }

  test(`the handler of a ${reader} may process part of a batch, and gets the rest again`, {
    timeout: 60_000,
  }, async (t) => {
    const stage = stageOf(t);
    const handler = new Taking();
    handler.rowsMax = 7;
    feedOf(t, stage, handler, wait);
    stage.publish(5_000);
    await until('it has some', () => handler.ticks > 0);
    assert.equal(stage.book.readers()[0]?.cursor, handler.ticks, 'what is not taken is not done with');
    await until('it has all', () => handler.ticks === 5_000);
    assert.equal(stage.book.readers()[0]?.cursor, 5_000);
  });

  test(`stop() of a ${reader} processes the ticks in the ring, then ends`, {
    timeout: 60_000,
  }, async (t) => {
    const stage = stageOf(t);
    const handler = new Taking();
    const feed = feedOf(t, stage, handler, wait);
    stage.publish(16_000);
    await feed.stop();
    assert.equal(handler.ticks, 16_000);
    assert.deepEqual(stage.book.readers(), [], 'its slot is given back');
    stage.publish(1);
    await turn();
    assert.equal(handler.ticks, 16_000);
  });

  test(`stop() of a ${reader} ends although the writer never stops`, {
    timeout: 60_000,
  }, async (t) => {
    const stage = stageOf(t);
    const handler = new Taking();
    handler.onTick = () => stage.publish(1);
    const feed = feedOf(t, stage, handler, wait);
    stage.publish(1);
    await until('it reads', () => handler.ticks > 10);
    await feed.stop();
    assert.ok(handler.ticks < stage.book.ring.published);
  });

  test(`a ${reader} of endless ticks runs the event loop, and not once a tick`, {
    timeout: 60_000,
  }, async (t) => {
    const stage = stageOf(t);
    const handler = new Taking();
    handler.onTick = () => stage.publish(1);
    feedOf(t, stage, handler, wait);
    stage.publish(1);
    let turns = 0;
    for (; handler.ticks < 10_000; turns++) await turn();
    assert.ok(turns < handler.ticks / 2, `${turns} iterations for ${handler.ticks} ticks`);
  });
}

test('a reader starts with the next tick', { timeout: 60_000 }, async (t) => {
  const stage = stageOf(t);
  stage.publish(10);
  const handler = new Taking(11);
  feedOf(t, stage, handler);
  stage.publish(5);
  await until('it has them', () => handler.ticks === 5);
});

test('a tick that is published while a reader attaches is read', { timeout: 60_000 }, async (t) => {
  const stage = stageOf(t);
  const { attached } = stage;
  const claimSlot = attached.claimSlot.bind(attached);
  t.mock.method(attached, 'claimSlot', (...claim: Parameters<typeof claimSlot>) => {
    const slot = claimSlot(...claim);
    stage.publish(1);
    return slot;
  });
  const handler = new Taking();
  feedOf(t, stage, handler);
  await until('it has it', () => handler.ticks === 1);
});

test('a reader continues where a dead reader of its name stopped', { timeout: 60_000 }, async (t) => {
  const stage = stageOf(t);
  stage.attached.claimSlot('reader').advance(4, 0);
  const { pid } = spawnSync(process.execPath, ['--version'], { timeout: 60_000 });
  handTo(stage, 0, pid);
  stage.publish(10);
  const handler = new Taking(5);
  feedOf(t, stage, handler);
  await until('it has them', () => handler.ticks === 6);
});

test('overwritten ticks are reported, and all others delivered', { timeout: 60_000 }, async (t) => {
  const stage = stageOf(t, 1024);
  const handler = new Taking();
  const feed = feedOf(t, stage, handler);
  for (let i = 0; i < 10; i++) stage.publish(500);
  await feed.stop();
  assert.ok(handler.lapped > 0);
  assert.equal(handler.ticks + handler.lapped, 5_000);
});

test('after abandon() no tick is delivered', { timeout: 60_000 }, async (t) => {
  const stage = stageOf(t);
  const handler = new Taking();
  const feed = feedOf(t, stage, handler);
  handler.onTick = () => feed.abandon();
  stage.publish(10_000);
  await until('it is given up', () => stage.book.readers().length === 0);
  for (let i = 0; i < 10; i++) await turn();
  assert.equal(handler.ticks, 4096, 'the batch that it was in, and no other');
});

test('stop() ends even if the handler processes nothing', { timeout: 60_000 }, async (t) => {
  const stage = stageOf(t);
  const handler = new Taking();
  handler.rowsMax = 0;
  const feed = feedOf(t, stage, handler);
  stage.publish(16_000);
  await feed.stop();
  assert.equal(handler.ticks, 0);
});

test('stop() ends even if the cursor was overwritten and cannot be reached', {
  timeout: 60_000,
}, async (t) => {
  const stage = stageOf(t);
  const feed = feedOf(t, stage, new Taking());
  stage.attached.memory.storeU64(HEADER.at.published, 2 ** 50);
  await feed.stop();
  assert.deepEqual(stage.book.readers(), []);
});

test('stop() rejects with the error of the handler, and the slot is free', {
  timeout: 60_000,
}, async (t) => {
  const stage = stageOf(t);
  const handler = new Taking();
  handler.onTick = () => {
    throw new Error('the rules are broken');
  };
  const feed = feedOf(t, stage, handler);
  stage.publish(1);
  await assert.rejects(feed.stop(), /the rules are broken/);
  assert.deepEqual(stage.book.readers(), []);
});

test('stop() rejects when the handler returns a row outside of the batch', {
  timeout: 60_000,
}, async (t) => {
  for (const row of [-1, 2]) {
    const stage = stageOf(t);
    const handler = new Taking();
    handler.onTicks = () => row;
    const feed = feedOf(t, stage, handler);
    stage.publish(1);
    await assert.rejects(feed.stop(), /onTicks\(\) returned a row outside of the batch/);
  }
});

test('a reader waits with the strategy that it was given', { timeout: 60_000 }, async (t) => {
  const stage = stageOf(t);
  const handler = new Taking();
  const bells: number[] = [];
  const strategy: WaitStrategy = {
    wait: (doorbell, bell, reader) => {
      bells.push(bell);
      return WAITS.sleeping.wait(doorbell, bell, reader);
    },
  };
  feedOf(t, stage, handler, strategy);
  assert.deepEqual(bells, [stage.attached.doorbell.value]);
  stage.publish(1);
  await until('it has the tick', () => handler.ticks === 1 && bells.length > 1);
});

test('an evicted reader claims a slot with its next beat, at its own cursor', {
  timeout: 60_000,
}, async (t) => {
  const stage = stageOf(t);
  const handler = new Taking();
  const feed = feedOf(t, stage, handler);
  stage.publish(10);
  await until('it has them', () => handler.ticks === 10);
  handler.rowsMax = 0;
  stage.publish(10);
  handTo(stage, 0, 0);
  assert.deepEqual(stage.book.readers(), []);
  feed.beat();
  const [reader] = stage.book.readers();
  assert.deepEqual([reader?.name, reader?.cursor], ['reader', 10]);
  handler.rowsMax = 10;
  await until('it has them', () => stage.book.readers()[0]?.cursor === 20);
});

test('an evicted reader does not touch the slot of its new holder', {
  timeout: 60_000,
}, async (t) => {
  const stage = stageOf(t);
  const handler = new Taking();
  const feed = feedOf(t, stage, handler);
  handTo(stage, 0, process.ppid);
  stage.publish(10);
  await until('it has them', () => handler.ticks === 10);
  assert.equal(stage.book.readers()[0]?.cursor, 0);
  await feed.stop();
  assert.equal(stage.book.readers()[0]?.pid, process.ppid);
});

test('an evicted reader that finds no free slot continues to read', { timeout: 60_000 }, async (t) => {
  const stage = stageOf(t);
  const handler = new Taking();
  const feed = feedOf(t, stage, handler);
  handTo(stage, 0, 0);
  for (let i = 0; i < READER_CAPACITY; i++) stage.attached.claimSlot(`other-${i}`);
  for (let i = 0; i < READER_CAPACITY; i++) handTo(stage, i, process.ppid);
  feed.beat();
  stage.publish(10);
  await until('it has them', () => handler.ticks === 10);
});

test('a beat after the end claims no slot', { timeout: 60_000 }, async (t) => {
  const stage = stageOf(t);
  const stopped = feedOf(t, stage, new Taking());
  await stopped.stop();
  stopped.beat();
  const abandoned = feedOf(t, stage, new Taking());
  abandoned.abandon();
  abandoned.beat();
  assert.deepEqual(stage.book.readers(), []);
});

test('a tick that its handler has not settled is not shown as processed', { timeout: 60_000 }, async (t) => {
  const stage = stageOf(t);
  const handler = Object.assign(new Taking(), { unsettledTicks: 1 });
  const feed = feedOf(t, stage, handler);
  const cursor = () => stage.book.readers()[0]?.cursor;
  stage.publish(5);
  await until('it has them', () => handler.ticks === 5);
  feed.beat();
  assert.equal(cursor(), 4);
  handler.unsettledTicks = 0;
  feed.beat();
  assert.equal(cursor(), 5);
});
