import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { AttachedPriceBook, PriceBookWriter, TickRun } from '@tickline/price-book';
import { TickWatch } from '../../src/dashboard/tick-watch.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

const SYMBOLS = ['A', 'B', 'C'];

const DAY = 86_400_000;

/** A book that a test writes, and a watch of it. */
class Stage {
  readonly watch: TickWatch;
  /** What the watches have read. */
  readonly ticks: { symbol: number; timeNs: number; price: number }[] = [];
  readonly #name: string;
  readonly #book: PriceBookWriter;
  #sequence = 1;

  constructor(t: TestContext, ringCapacity = 65_536) {
    const name = uniqueBook(t);
    this.#book = new PriceBookWriter(SYMBOLS, name, { symbolCapacity: 8, ringCapacity });
    t.after(() => this.#book.close());
    this.#name = name;
    this.watch = this.another();
  }

  /** One more watch, which starts now. */
  another(): TickWatch {
    const onTick = (symbol: number, timeNs: number, price: number) =>
      this.ticks.push({ symbol, timeNs, price });
    return new TickWatch(new AttachedPriceBook(this.#name), { symbolsMax: 8, onTick });
  }

  /** Ticks of the symbols in turn, whose prices go up and down. */
  write(count: number): void {
    for (let left = count; left > 0; left -= 1_000) this.#append(Math.min(left, 1_000));
  }

  #append(count: number): void {
    const run = new TickRun(count);
    for (let i = 0; i < count; i++) {
      const number = this.#sequence + i;
      run.symbols[i] = number % SYMBOLS.length;
      run.marketTimesMs[i] = number * DAY;
      run.prices[i] = 100 + (((number * 7_919) % 31) + (number % 13)) / 4;
    }
    run.count = count;
    run.firstSequence = this.#sequence;
    run.timeNs = this.#sequence * 1_000;
    this.#sequence += count;
    this.#book.apply(run);
  }

  /** How many ticks were written. */
  get written(): number {
    return this.#sequence - 1;
  }
}

test('each tick is read once', (t) => {
  const stage = new Stage(t);
  for (let look = 0; look < 50; look++) {
    stage.write(1 + look * 7);
    stage.watch.poll();
    assert.equal(stage.ticks.length, stage.written);
  }
  assert.equal(stage.watch.sampling, false);
});

test('a chart gets each tick of its symbol', (t) => {
  const stage = new Stage(t);
  stage.write(30);
  stage.watch.poll();
  stage.watch.show(new Set([1]));
  stage.write(30);
  stage.watch.poll();
  const ticks = stage.watch.take(1);
  assert.equal(ticks.length, 10);
  assert.deepEqual(
    stage.watch
      .past(1)
      .slice(-10)
      .map(({ marketMs }) => marketMs),
    ticks.map(({ marketMs }) => marketMs),
  );
  assert.equal((ticks[1].marketMs - ticks[0].marketMs) / DAY, SYMBOLS.length);
  assert.equal(ticks.at(-1)?.price, stage.ticks.findLast(({ symbol }) => symbol === 1)?.price);
  assert.deepEqual(stage.watch.take(1), []);
  assert.deepEqual(stage.watch.take(0), []);
});

test('the past of a symbol and its new ticks join without a gap', (t) => {
  const stage = new Stage(t);
  stage.write(300);
  stage.watch.poll();
  stage.write(3); // not looked at yet: these follow
  const past = stage.watch.past(2);
  stage.watch.show(new Set([2]));
  assert.equal(past.length, 100);
  stage.write(3);
  stage.watch.poll();
  const next = stage.watch.take(2);
  assert.equal(next.length, 2);
  assert.ok((next[0]?.timeNs ?? 0) > (past.at(-1)?.timeNs ?? 0));
});

test('many ticks of one symbol are thinned evenly for a chart', (t) => {
  const stage = new Stage(t);
  stage.watch.show(new Set([0]));
  stage.write(3_000);
  stage.watch.poll();
  stage.watch.take(0);
  stage.write(3_000);
  stage.watch.poll();
  const ticks = stage.watch.take(0);
  assert.ok(ticks.length >= 5 && ticks.length <= 10, `${ticks.length}`);
});

test('too many ticks are skipped, which is reported, and the last ones are read', (t) => {
  const stage = new Stage(t);
  stage.write(100);
  stage.watch.poll();
  stage.watch.show(new Set([0]));
  stage.write(200_000);
  stage.watch.poll();
  assert.equal(stage.watch.sampling, true);
  assert.equal(stage.ticks.at(-1)?.timeNs, (stage.written - 999) * 1_000, 'of the last batch');
  assert.equal(stage.watch.take(0).length, 1, 'what lies between two samples is not known');
});

test('a poll after several frames reads as many times more ticks', (t) => {
  const stage = new Stage(t);
  stage.write(100);
  stage.watch.poll();
  stage.write(29_000);
  stage.watch.poll();
  assert.ok(stage.ticks.length < stage.written, 'more than one frame follows');
  stage.write(20_000);
  stage.watch.poll(3);
  assert.equal(stage.ticks.length, stage.written);
  assert.equal(stage.watch.sampling, false);
});

test('a watch that starts late reads what is still in the ring', (t) => {
  const stage = new Stage(t);
  stage.write(3_000);
  const late = stage.another();
  assert.equal(stage.ticks.length, 3_000);
  stage.write(30);
  late.poll();
  assert.equal(stage.ticks.length, 3_030, 'each tick once');
});

test('a chart that is thinned out ends with the last tick', (t) => {
  const stage = new Stage(t);
  stage.watch.show(new Set([0]));
  for (let look = 0; look < 3; look++) {
    stage.write(3_001 + look);
    stage.watch.poll();
    const last = stage.ticks.findLast(({ symbol }) => symbol === 0);
    assert.equal(stage.watch.take(0).at(-1)?.price, last?.price);
  }
});

test('a small ring is followed too', (t) => {
  const stage = new Stage(t, 1_024);
  stage.write(900);
  stage.watch.poll();
  stage.write(900);
  stage.watch.poll();
  stage.write(30);
  stage.watch.poll();
  assert.equal(stage.ticks.at(-1)?.timeNs, (stage.written - 29) * 1_000, 'of the last batch');
  assert.ok(stage.watch.past(0).length > 0);
});
