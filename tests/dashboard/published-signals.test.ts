import assert from 'node:assert/strict';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import { PublishedSignals } from '../../src/dashboard/published-signals.ts';
import { SignalHistory } from '../../src/dashboard/signal-history.ts';
import type { Indicators } from '../../src/domain/strategies/indicators.ts';
import { emptyRow } from '../../src/signal-file/signal-memory.ts';
import { signalPath } from '../../src/signal-file/signal-path.ts';
import { SignalWriter } from '../../src/signal-file/signal-writer.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

const BOOK = { inode: 7, symbolCapacity: 8 };
const INDICATORS: Indicators = [{ name: 'average', scale: 'price' }];

/** A stack without processes: its strategies are the writers that a test makes. */
class Stage {
  readonly stack: string;
  readonly signals: PublishedSignals;
  #searches = 0;

  constructor(t: TestContext) {
    this.stack = uniqueBook(t);
    this.signals = new PublishedSignals(this.stack, 4);
    this.signals.attach(BOOK);
  }

  start(strategy: string, indicators = INDICATORS, bookInode = BOOK.inode): SignalWriter {
    return SignalWriter.create({ stack: this.stack, strategy, bookInode }, indicators);
  }

  /** Lets the time between two searches pass, and polls. */
  search(): boolean {
    return this.signals.poll(performance.now() + 10_000 * ++this.#searches);
  }

  values(symbol: number, after = 0): number[][] {
    return this.signals.samples(symbol, after).map((samples) => samples.map(({ values }) => values[0]));
  }
}

function publish(writer: SignalWriter, symbol: number, signal: number, value: number, timeNs = 1): void {
  const row = { ...emptyRow(), timeNs, signal };
  row.values[0] = value;
  writer.write(symbol, row);
  writer.stamp();
}

test('what strategies publish is sampled, and each has its own', (t) => {
  const stage = new Stage(t);
  const mine = stage.start('mine');
  publish(mine, 2, 1, 10);
  assert.equal(stage.search(), true, 'a strategy has come');
  publish(mine, 2, -1, 11);
  publish(mine, 1, Number.NaN, Number.NaN);
  assert.equal(stage.signals.poll(), false);
  assert.equal(stage.signals.poll(), false, 'nothing is new');
  assert.deepEqual(stage.values(2), [[10, 11]]);
  assert.deepEqual(stage.values(1), [[Number.NaN]]);
  assert.deepEqual(
    [stage.signals.signals(2), stage.signals.signals(1), stage.signals.signals(0)],
    [[-1], [null], [null]],
  );
  const { last } = stage.signals;
  const other = stage.start('other', []);
  publish(other, 2, 0, Number.NaN);
  assert.equal(stage.search(), true);
  publish(mine, 2, 1, 12);
  publish(mine, 5, 1, 12); // beyond what is shown
  stage.signals.poll();
  assert.deepEqual(stage.values(2, last), [[12], []]);
  assert.deepEqual(stage.signals.signals(2), [1, 0]);
  assert.deepEqual(stage.signals.signals(5), [null, null]);
  assert.deepEqual(stage.signals.lines(), [
    { strategy: 'mine', indicators: INDICATORS, problem: null, isLive: true },
    { strategy: 'other', indicators: [], problem: null, isLive: true },
  ]);
  mine.close();
  other.close();
});

test('the last values of a strategy that ends stay, and a restarted one continues them', (t) => {
  const stage = new Stage(t);
  const first = stage.start('mine');
  stage.search();
  publish(first, 0, 1, 10);
  first.close(); // before the next poll
  assert.equal(stage.search(), false);
  assert.deepEqual(stage.values(0), [[10]]);
  assert.equal(stage.signals.lines()[0].isLive, false);
  const second = stage.start('mine');
  publish(second, 0, -1, 11);
  assert.equal(stage.search(), false);
  assert.deepEqual(stage.values(0), [[10, 11]]);
  assert.equal(stage.signals.lines()[0].isLive, true);
  second.close();
  const third = stage.start('mine', [{ name: 'RSI', scale: 'own' }]);
  publish(third, 0, 0, 50);
  assert.equal(stage.search(), true, 'it declares other indicators');
  assert.deepEqual(stage.values(0), [[50]]);
  third.close();
});

test('a file that is foreign or cut is a problem with a reason, until it is a signal file again', (t) => {
  const stage = new Stage(t);
  const path = signalPath(stage.stack, 'mine');
  fs.writeFileSync(path, 'hello', { mode: 0o600 });
  assert.equal(stage.search(), true);
  assert.match(stage.signals.lines()[0].problem ?? '', /mine\.signals: it does not start with TICKSIGN$/);
  assert.equal(stage.search(), false, 'it is told once');
  fs.rmSync(path);
  stage.search();
  assert.equal(stage.signals.lines()[0].problem, null);
  const writer = stage.start('mine');
  publish(writer, 0, 1, 10);
  assert.equal(stage.search(), true);
  assert.deepEqual(stage.values(0), [[10]]);
  fs.truncateSync(path, 4_096);
  stage.signals.poll();
  stage.search();
  assert.match(stage.signals.lines()[0].problem ?? '', /it has 4096 bytes, expected/);
  assert.equal(stage.signals.lines()[0].isLive, false);
  assert.deepEqual(stage.values(0), [[10]]);
  writer.close();
});

test('a file of another price book is left alone, and a new book starts over', (t) => {
  const stage = new Stage(t);
  const writer = stage.start('mine', INDICATORS, BOOK.inode + 1);
  publish(writer, 0, 1, 10);
  assert.equal(stage.search(), false);
  assert.deepEqual(stage.signals.lines(), []);
  stage.signals.attach({ ...BOOK, inode: BOOK.inode + 1 });
  assert.equal(stage.signals.poll(), true);
  assert.deepEqual(stage.values(0), [[10]]);
  stage.signals.attach(BOOK);
  assert.deepEqual(stage.signals.lines(), []);
  writer.close();
});

test('a history keeps the last samples, and gives those after a number', () => {
  const history = new SignalHistory(2, 100);
  for (let number = 1; number <= 250; number++)
    history.add(number, { timeNs: number * 10, signal: 1, values: Float64Array.of(number, Number.NaN) });
  const all = history.after(0);
  assert.equal(all.length, 100);
  assert.deepEqual(
    [all[0], all.at(-1)],
    [
      { timeNs: 1_510, values: [151, Number.NaN] },
      { timeNs: 2_500, values: [250, Number.NaN] },
    ],
  );
  assert.deepEqual(
    history.after(248).map(({ timeNs }) => timeNs),
    [2_490, 2_500],
  );
  assert.deepEqual(history.after(250), []);
});
