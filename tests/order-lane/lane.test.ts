// One lane: its file, its two ends, and what is left after a kill of either at any store.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import {
  LaneDamagedError,
  LaneInUseError,
  LaneOpenError,
  NotALaneError,
} from '../../src/order-lane/errors.ts';
import { LaneMemory, reportAt, requestAt } from '../../src/order-lane/lane-memory.ts';
import { scanLane, unansweredIn } from '../../src/order-lane/lane-scan.ts';
import { LANE_BYTES, LANE_ORDERS } from '../../src/order-lane/layout.ts';
import { writeReport, writeRequest } from '../../src/order-lane/records.ts';
import fc from '../property.ts';
import { answerAll, filled, laneOrder, reportsIn, TestLane } from './lanes.ts';

/** As if its process had been killed. */
function kill(lane: { close(remove: boolean): void }): void {
  lane.close(false);
}

/** Overwrites bytes of the file. */
function overwrite(path: string, at: number, bytes: readonly number[]): void {
  const fd = fs.openSync(path, 'r+');
  fs.writeSync(fd, Buffer.from(bytes), 0, bytes.length, at);
  fs.closeSync(fd);
}

test('orders arrive in order, and each gets its report', (t) => {
  const lane = new TestLane(t);
  const strategy = lane.strategy();
  const manager = lane.manager(strategy);
  for (const n of [1, 2, 3]) strategy.append(laneOrder(n));
  assert.deepEqual(manager.nextOrder(), laneOrder(1));
  assert.equal(strategy.nextReport(), undefined);
  manager.report(filled(laneOrder(1), 7));
  assert.deepEqual(answerAll(manager, 8), [laneOrder(2).clOrdId, laneOrder(3).clOrdId]);
  assert.deepEqual(
    reportsIn(strategy),
    [1, 2, 3].map((n) => filled(laneOrder(n), n + 6)),
  );
  assert.equal(fs.statSync(lane.path).mode & 0o777, 0o600);
  assert.equal(fs.statSync(lane.path).blocks * 512 >= LANE_BYTES, true, 'it has its blocks from the start');
  strategy.close(true);
  assert.equal(fs.existsSync(lane.path), false);
  manager.close();
});

test('the ring goes round, and is full when no report is read', (t) => {
  const lane = new TestLane(t);
  const strategy = lane.strategy();
  const manager = lane.manager(strategy);
  let sent = 0;
  for (let round = 0; round < 3; round++) {
    while (!strategy.isFull) strategy.append(laneOrder(++sent));
    assert.equal(sent, (round + 1) * LANE_ORDERS);
    assert.equal(answerAll(manager, sent - LANE_ORDERS + 1).length, LANE_ORDERS);
    assert.ok(strategy.isFull, 'until the reports are read');
    assert.equal(reportsIn(strategy).length, LANE_ORDERS);
  }
  strategy.append(laneOrder(++sent));
  assert.deepEqual(manager.nextOrder(), laneOrder(sent));
  kill(strategy);
  manager.close();
});

test('a restarted strategy and a restarted OrderManager continue behind the last report', (t) => {
  const lane = new TestLane(t);
  const killed = lane.strategy();
  const first = lane.manager(killed);
  for (const n of [1, 2, 3]) killed.append(laneOrder(n));
  first.nextOrder();
  first.nextOrder();
  first.report(filled(laneOrder(1), 1)); // killed with one order executed and not reported
  first.close();
  kill(killed);
  assert.equal(unansweredIn(lane.path), 2);
  const next = lane.strategy();
  assert.deepEqual(next.unanswered, [laneOrder(2), laneOrder(3)]);
  const second = lane.manager(next);
  next.append(laneOrder(4));
  assert.equal(answerAll(second, 2).length, 3);
  assert.deepEqual(
    reportsIn(next),
    [2, 3, 4].map((n) => filled(laneOrder(n), n)),
  );
  next.close(true);
  second.close();
});

/** A writer that is killed before its store number `last`, counted from 0. */
class KilledMemory extends LaneMemory {
  #left: number;

  constructor(buffer: ArrayBuffer, stores: number) {
    super(buffer);
    this.#left = stores;
  }

  override setU32(offset: number, value: number): void {
    this.#store();
    super.setU32(offset, value);
  }

  override setF64(offset: number, value: number): void {
    this.#store();
    super.setF64(offset, value);
  }

  override storeU64(offset: number, value: number): void {
    this.#store();
    super.storeU64(offset, value);
  }

  override writeText(offset: number, length: number, text: string): void {
    for (let i = 0; i < length; i++) {
      this.#store();
      this.bytes[offset + i] = i < text.length ? text.charCodeAt(i) : 0;
    }
  }

  #store(): void {
    if (this.#left-- === 0) throw new Error('killed');
  }
}

/** Runs `write` on a writer that is killed at each of its stores in turn, and `check` on what is left each time. */
function killAtEveryStore(
  start: LaneMemory,
  write: (memory: LaneMemory) => void,
  check: (memory: LaneMemory, isDone: boolean) => void,
): number {
  for (let stores = 0; ; stores++) {
    const memory = new KilledMemory(start.bytes.slice().buffer, stores);
    let isDone = true;
    try {
      write(memory);
    } catch {
      isDone = false;
    }
    check(memory, isDone);
    if (isDone) return stores;
  }
}

function writeOrder(memory: LaneMemory, n: number): void {
  writeRequest(memory, requestAt(n), n, laneOrder(n));
}

function answer(memory: LaneMemory, n: number): void {
  writeReport(memory, reportAt(n), n, filled(laneOrder(n), n), laneOrder(n));
}

/** A lane in which `orders` were sent and `reports` of them answered. */
function laneWith(orders: number, reports: number): LaneMemory {
  const memory = new LaneMemory(new ArrayBuffer(LANE_BYTES));
  for (let n = Math.max(1, orders - LANE_ORDERS + 1); n <= orders; n++) writeOrder(memory, n);
  for (let n = Math.max(1, reports - LANE_ORDERS + 1); n <= reports; n++) answer(memory, n);
  return memory;
}

test('a strategy that is killed at any store has sent the order, or has not', () => {
  const state = fc.record({ answered: fc.nat(2 * LANE_ORDERS), waiting: fc.nat(20) });
  fc.assert(
    fc.property(state, ({ answered, waiting }) => {
      const sent = answered + waiting;
      const stores = killAtEveryStore(
        laneWith(sent, answered),
        (memory) => writeOrder(memory, sent + 1),
        (memory, isDone) => {
          const { lastRequest, lastReport, unanswered, damage } = scanLane(memory);
          assert.deepEqual(
            [lastRequest, lastReport, damage],
            [isDone ? sent + 1 : sent, answered, undefined],
          );
          assert.equal(unanswered.length, waiting + (isDone ? 1 : 0));
        },
      );
      assert.ok(stores > 20);
    }),
    { numRuns: 3 },
  );
});

test('an OrderManager that is killed at any store has reported the order, or it is unanswered', () => {
  const state = fc.record({ answered: fc.nat(2 * LANE_ORDERS), waiting: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(state, ({ answered, waiting }) => {
      const sent = answered + waiting;
      killAtEveryStore(
        laneWith(sent, answered),
        (memory) => answer(memory, answered + 1),
        (memory, isDone) => {
          const { lastReport, unanswered, damage } = scanLane(memory);
          assert.deepEqual([lastReport, damage], [isDone ? answered + 1 : answered, undefined]);
          assert.deepEqual(unanswered[0], isDone && waiting === 1 ? undefined : laneOrder(lastReport + 1));
        },
      );
    }),
    { numRuns: 3 },
  );
});

test('a damaged lane is refused by the OrderManager, and the next strategy keeps its whole orders', (t) => {
  const cases: [string, (path: string) => void, number][] = [
    ['a price', (path) => overwrite(path, requestAt(2) + 24, [1, 2, 3]), 2],
    ['the number of an order', (path) => overwrite(path, requestAt(2), [9, 9]), 2],
    ['a report', (path) => overwrite(path, reportAt(1), [5]), 3],
    ['the end, cut off', (path) => fs.truncateSync(path, requestAt(3)), 2],
  ];
  for (const [what, damage, kept] of cases) {
    const lane = new TestLane(t);
    const strategy = lane.strategy();
    for (const n of [1, 2, 3]) strategy.append(laneOrder(n));
    damage(lane.path);
    assert.throws(() => lane.manager(strategy), LaneDamagedError, what);
    kill(strategy);
    const next = lane.strategy();
    assert.match(next.repaired ?? '', /overwritten|missing|cut/, what);
    assert.equal(next.unanswered.length, kept, what);
    assert.deepEqual(
      answerAll(lane.manager(next)),
      next.unanswered.map(({ clOrdId }) => clOrdId),
      what,
    );
    next.close(true);
  }
});

test('an order that is overwritten in use is not executed', (t) => {
  const lane = new TestLane(t);
  const strategy = lane.strategy();
  const manager = lane.manager(strategy);
  strategy.append(laneOrder(1));
  overwrite(lane.path, requestAt(1) + 16, [1, 2, 3]);
  assert.throws(() => manager.nextOrder(), LaneDamagedError);
  manager.close();
  assert.equal(manager.nextOrder(), undefined);
  kill(strategy);
});

test('a report that is overwritten in use is not believed', (t) => {
  const lane = new TestLane(t);
  const strategy = lane.strategy();
  const manager = lane.manager(strategy);
  strategy.append(laneOrder(1));
  answerAll(manager);
  overwrite(lane.path, reportAt(1) + 32, [1, 2, 3]);
  assert.throws(() => strategy.nextReport(), LaneDamagedError);
  manager.close();
  kill(strategy);
});

test('an order or a report that loses its number is noticed by the end that wrote it', (t) => {
  const lane = new TestLane(t);
  const strategy = lane.strategy();
  const manager = lane.manager(strategy);
  for (let n = 1; n <= 3; n++) strategy.append(laneOrder(n));
  answerAll(manager);
  for (let n = 4; n <= 5; n++) strategy.append(laneOrder(n));
  const damage = () => manager.damage?.message;
  strategy.requireOrders();
  assert.equal(damage(), undefined);
  overwrite(lane.path, requestAt(5), [0xff, 0xff, 0xff, 0xff]);
  overwrite(lane.path, reportAt(2), [0xff, 0xff, 0xff, 0xff]);
  assert.throws(() => strategy.requireOrders(), /order 5 was overwritten/);
  assert.match(damage() ?? '', /report 2 was overwritten/);
  manager.close();
  kill(strategy);
});

test('a file that is cut while it is in use kills neither end, and both say so', (t) => {
  const lane = new TestLane(t);
  const strategy = lane.strategy();
  const manager = lane.manager(strategy);
  strategy.append(laneOrder(1));
  fs.truncateSync(lane.path, 0);
  assert.equal(manager.nextOrder(), undefined);
  assert.equal(strategy.nextReport(), undefined);
  assert.equal(strategy.fault, 'cut');
  assert.match(manager.damage?.message ?? '', /it was cut/);
  kill(strategy);
  manager.close();
});

test('a file that is removed or replaced is noticed by both ends', (t) => {
  const lane = new TestLane(t);
  const strategy = lane.strategy();
  const manager = lane.manager(strategy);
  fs.renameSync(lane.path, `${lane.path}.moved`);
  assert.equal(strategy.fault, 'removed or moved');
  fs.writeFileSync(lane.path, 'planted');
  assert.equal(strategy.fault, 'replaced');
  assert.match(manager.damage?.message ?? '', /it was replaced/);
  strategy.close(true);
  assert.ok(fs.existsSync(lane.path), 'the file of another is not removed');
  manager.close();
});

test('a lane that its strategy removed when it stopped is not damaged', (t) => {
  const lane = new TestLane(t);
  const strategy = lane.strategy();
  const manager = lane.manager(strategy);
  t.after(() => manager.close());
  strategy.close(true);
  assert.equal(manager.damage, undefined);
});

test('one strategy holds the lane', (t) => {
  const lane = new TestLane(t);
  const strategy = lane.strategy();
  assert.throws(() => lane.strategy(), LaneInUseError);
  kill(strategy);
  lane.strategy().close(true);
});

for (const [what, plant, expected] of [
  [
    'of something else',
    (path: string) => fs.writeFileSync(path, 'x'.repeat(LANE_BYTES), { mode: 0o600 }),
    NotALaneError,
  ],
  ['without a header', (path: string) => fs.writeFileSync(path, 'TICKLANE', { mode: 0o600 }), NotALaneError],
  ['that others may read', (path: string) => fs.writeFileSync(path, 'x', { mode: 0o644 }), LaneOpenError],
  ['that is a symlink', (path: string) => fs.symlinkSync('/etc/passwd', path), LaneOpenError],
  ['that is a folder', (path: string) => fs.mkdirSync(path, { mode: 0o700 }), LaneOpenError],
  ['of another user', (path: string) => plantOf(path, 65_534), LaneOpenError],
] as const) {
  test(`a planted file ${what} is refused, and left as it is`, { skip: noRoot(what) }, (t) => {
    const lane = new TestLane(t);
    plant(lane.path);
    t.after(() => fs.rmSync(lane.path, { force: true, recursive: true }));
    const before = fs.lstatSync(lane.path);
    assert.throws(() => lane.strategy(), expected);
    assert.equal(fs.lstatSync(lane.path).ino, before.ino);
  });
}

function noRoot(what: string): string | false {
  return what === 'of another user' && process.getuid?.() !== 0 ? 'needs root' : false;
}

function plantOf(path: string, uid: number): void {
  fs.writeFileSync(path, 'x', { mode: 0o600 });
  fs.chownSync(path, uid, uid);
}

test('a logon with another key, of no strategy, or for a lane that is not there, opens nothing', (t: TestContext) => {
  const lane = new TestLane(t);
  const strategy = lane.strategy();
  const [id] = strategy.name.split('.');
  assert.throws(() => lane.manager({ name: `${id}.${'0'.repeat(32)}` }), /another key/);
  assert.throws(() => lane.manager({ name: `00000000.${'0'.repeat(32)}` }), /not there/);
  assert.throws(() => lane.manager({ name: `../../etc/passwd.${'0'.repeat(32)}` }), LaneOpenError);
  const { name } = strategy;
  kill(strategy);
  assert.throws(() => lane.manager({ name }), /no strategy holds it/);
});
