// A Strategy counts every tick once, wherever it is killed.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PriceBookWriter, TickReader } from '@tickline/price-book';
import { attachBook, processCounters, type StackBook } from '../../src/monitoring/stack-book.ts';
import { TickCounts } from '../../src/strategy/tick-counts.ts';
import { buryReaders } from '../packages/price-book/dead-readers.ts';
import { numberedRun } from '../packages/price-book/ticks.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';
import { watchedMemory } from '../packages/price-book/watched-memory.ts';
import fc from '../property.ts';

const WATCHDOG = { timeout: 120_000 };
const RING_CAPACITY = 16;
const NAME = 'crossover';
/** No process has this id: it is above the largest that Linux assigns. */
const DEAD = 2 ** 30;
const NO_KILL = Number.POSITIVE_INFINITY;

class KilledError extends Error {}

/** A book, and the ticks that its writer publishes. */
class Stage {
  readonly name: string;
  readonly #writer: PriceBookWriter;
  readonly #book: StackBook;

  constructor(t: TestContext) {
    this.name = uniqueBook(t);
    this.#writer = new PriceBookWriter(['AAPL'], this.name, { ringCapacity: RING_CAPACITY });
    this.#book = attachBook(this.name, { readOnly: false });
  }

  [Symbol.dispose](): void {
    this.#writer.close();
  }

  get published(): number {
    return this.#writer.ring.published;
  }

  publish(count: number): void {
    if (count > 0) this.#writer.apply(numberedRun(this.published + 1, count));
  }

  /** Ticks that are counted. */
  get counted(): number {
    const kinds = ['strategy.ticksSeen', 'strategy.ticksLapped', 'strategy.ticksRefused'] as const;
    return kinds.reduce((sum, name) => sum + this.#book.counter(name), 0);
  }

  /** Makes it so that the process which reads is dead. */
  bury(): void {
    buryReaders(this.#book);
  }
}

/** What a Strategy does with rings and counters, in a process that is killed before one of its stores. */
class Life {
  isKilled = false;
  readonly #counts = new TickCounts(processCounters('strategy', DEAD, { name: NAME, isMain: true }));
  #storesLeft: number;
  #reader: TickReader | undefined;
  #wake: () => void = () => {};
  #onPause: () => void = () => {};

  /** @param stores how many it makes before it is killed */
  constructor(stores: number) {
    this.#storesLeft = stores;
  }

  /** Reads the ticks in the ring, from `cursor` on unless a dead process left its own. */
  async read(stage: Stage, cursor: number): Promise<void> {
    this.#reader?.abandon();
    this.#reader = undefined;
    const book = attachBook(stage.name, { readOnly: false });
    const memory = watchedMemory(book.memory, () => this.#beforeStore());
    Object.assign(book, { memory });
    const wait = { wait: () => new Promise<void>((resolve) => this.#waits(resolve)) };
    const onClaimed = (start: number) => this.#counts.attach(book, start);
    await this.#act(stage, () => {
      this.#reader = new TickReader(
        book,
        { name: NAME, wait, cursor, onClaimed },
        {
          expectsMessage: false,
          onLapped: (ticks) => this.#counts.add('strategy.ticksLapped', ticks),
          onRefused: (ticks) => this.#counts.add('strategy.ticksRefused', ticks),
          onTicks: ({ count }, from) => {
            this.#counts.add('strategy.ticksSeen', count - from);
            return count;
          },
        },
      );
    });
  }

  /** Reads the ticks that were published meanwhile. */
  async readOn(stage: Stage): Promise<void> {
    if (!this.isKilled) await this.#act(stage, () => this.#wake());
  }

  /** Kills it if it was not killed yet. */
  end(stage: Stage): void {
    this.#storesLeft = 0;
    stage.bury();
  }

  /** Resolves when it waits for ticks, or is killed. */
  async #act(stage: Stage, start: () => void): Promise<void> {
    const paused = new Promise<void>((resolve) => {
      this.#onPause = resolve;
    });
    try {
      start();
    } catch (error) {
      assert.ok(error instanceof KilledError);
    }
    await paused;
    if (!this.isKilled) return;
    stage.bury();
    await this.#reader?.stop().catch((error) => assert.ok(error instanceof KilledError));
  }

  #waits(wake: () => void): void {
    this.#wake = wake;
    this.#onPause();
  }

  #beforeStore(): void {
    if (this.#storesLeft-- > 0) return;
    this.isKilled = true;
    this.#onPause();
    throw new KilledError();
  }
}

/** Runs `live` in a process that is killed before each of its stores in turn. Returns how many there are. */
async function killAtEveryStore(live: (life: Life) => Promise<void>): Promise<number> {
  for (let stores = 0; ; stores++) {
    const life = new Life(stores);
    await live(life);
    if (!life.isKilled) return stores;
  }
}

const SCRIPT = fc.array(
  fc.record({ stores: fc.nat(60), before: fc.nat(40), meanwhile: fc.array(fc.nat(40), { maxLength: 3 }) }),
  { minLength: 1, maxLength: 6 },
);

for (const cursor of [0, 3]) {
  const where = cursor === 0 ? 'with the first tick' : 'behind ticks that are in the book';
  test(
    `a Strategy that starts ${where} and is killed at any store has every tick counted once`,
    WATCHDOG,
    async (t) => {
      const stores = await killAtEveryStore(async (life) => {
        using stage = new Stage(t);
        stage.publish(5);
        await life.read(stage, cursor);
        stage.publish(4);
        await life.readOn(stage);
        stage.publish(3 * RING_CAPACITY); // it is lapped
        await life.readOn(stage);
        life.end(stage);
        await readAll(stage, cursor);
        assert.equal(stage.counted, stage.published - cursor);
      });
      assert.ok(stores > 25);
    },
  );
}

test('every tick is counted once however often a Strategy is killed', WATCHDOG, async (t) => {
  await fc.assert(
    fc.asyncProperty(SCRIPT, async (lives) => {
      using stage = new Stage(t);
      for (const { stores, before, meanwhile } of lives) {
        stage.publish(before);
        const life = new Life(stores);
        await life.read(stage, 0);
        for (const ticks of meanwhile) {
          stage.publish(ticks);
          await life.readOn(stage);
        }
        life.end(stage);
        assert.ok(stage.counted <= stage.published);
      }
      await readAll(stage, 0);
      assert.equal(stage.counted, stage.published);
    }),
  );
});

test(
  'a Strategy that is killed at any store while it changes books has every tick of the new one counted once',
  WATCHDOG,
  async (t) => {
    const stores = await killAtEveryStore(async (life) => {
      using first = new Stage(t);
      first.publish(3);
      await life.read(first, 0);
      const earlier = first.counted;
      using second = new Stage(t);
      second.publish(5);
      if (!life.isKilled) await life.read(second, 0);
      const isKept = !life.isKilled;
      life.end(second);
      await readAll(second, 0);
      const counts = isKept ? [earlier] : [0, earlier];
      assert.ok(
        counts.includes(second.counted - second.published),
        `${second.counted} of ${second.published}`,
      );
    });
    assert.ok(stores > 25);
  },
);

test(
  'noise in the counters of a dead Strategy lets the next one count its own ticks',
  WATCHDOG,
  async (t) => {
    using stage = new Stage(t);
    stage.publish(5);
    const life = new Life(NO_KILL);
    await life.read(stage, 0);
    life.end(stage);
    const noise = processCounters('strategy', DEAD, { name: NAME, isMain: true });
    noise.attach(attachBook(stage.name, { readOnly: false }));
    noise.set('strategy.ticksSeen', 2 ** 50);
    const before = stage.published;
    await readAll(stage, 0);
    assert.equal(stage.counted - 2 ** 50, stage.published - before);
  },
);

async function readAll(stage: Stage, cursor: number): Promise<void> {
  const last = new Life(NO_KILL);
  await last.read(stage, cursor);
  stage.publish(2);
  await last.readOn(stage);
  last.end(stage);
}
