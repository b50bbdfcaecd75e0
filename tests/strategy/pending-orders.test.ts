import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Order } from '../../src/domain/orders.ts';
import { OutboxInUseError, OutboxLostError } from '../../src/strategy/outbox-errors.ts';
import { PendingOrders } from '../../src/strategy/pending-orders.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

function order(symbol: string): Order {
  return { symbol, side: 'BUY', quantity: 10, price: 173.2, time: 5 };
}

function fileOf(t: TestContext): string {
  return join(temporaryFolder(t), 'crossover.outbox');
}

function open(t: TestContext, file = fileOf(t), limit?: number): PendingOrders {
  const pending = PendingOrders.open(file, limit);
  t.after(() => pending.close());
  return pending;
}

function messageOf(frame: string): Order {
  return JSON.parse(frame.slice(0, -1));
}

/** Adds an order, and returns its client order id. */
function add(pending: PendingOrders, symbol: string): string {
  return messageOf(pending.add(order(symbol))).clOrdId ?? '';
}

test('an order is pending from its sending to its report', (t) => {
  const pending = open(t);
  const id = add(pending, 'A');
  assert.deepEqual([pending.size, [...pending.symbols]], [1, ['A']]);
  assert.deepEqual(pending.answer(id), { ...order('A'), clOrdId: id });
  assert.deepEqual([pending.size, [...pending.symbols]], [0, []]);
});

test('the frame of an order is the message with its client order id', (t) => {
  const pending = open(t);
  const frame = pending.add(order('A'));
  const { clOrdId, ...fields } = messageOf(frame);
  assert.equal(frame.at(-1), '*');
  assert.deepEqual(fields, { type: 'order', ...order('A') });
  assert.deepEqual(pending.frames(), [frame]);
});

test('a second report, and a report of an unknown order, answer nothing', (t) => {
  const pending = open(t);
  const first = add(pending, 'A');
  pending.answer(first);
  add(pending, 'A');
  assert.equal(pending.answer(first), undefined);
  assert.equal(pending.answer('another'), undefined);
  assert.equal(pending.size, 1);
});

test('orders without a report are pending for the next strategy, in the order of sending', (t) => {
  const file = fileOf(t);
  const killed = PendingOrders.open(file);
  const [, second] = ['C', 'A', 'B'].map((symbol) => add(killed, symbol));
  killed.answer(second);
  const messages = killed.frames().map(messageOf);
  killed.close();
  const next = open(t, file);
  const untimed = messages.map(({ time: _, ...message }) => message); // the time may be that before a reboot
  assert.deepEqual(next.frames().map(messageOf), untimed);
  assert.deepEqual([...next.symbols], ['C', 'B']);
});

test('when all are answered, nothing is pending for the next strategy', (t) => {
  const file = fileOf(t);
  const ended = PendingOrders.open(file);
  for (const id of ['A', 'B'].map((symbol) => add(ended, symbol))) ended.answer(id);
  ended.close();
  assert.equal(open(t, file).size, 0);
});

test('a symbol has one order pending at most', (t) => {
  const pending = open(t);
  add(pending, 'A');
  assert.throws(() => pending.add(order('A')), assert.AssertionError);
  assert.equal(pending.size, 1);
});

test('no order is added above the limit', (t) => {
  const pending = open(t, fileOf(t), 1);
  assert.equal(pending.isFull, false);
  const id = add(pending, 'A');
  assert.equal(pending.isFull, true);
  assert.throws(() => pending.add(order('B')), assert.AssertionError);
  pending.answer(id);
  assert.equal(pending.isFull, false);
});

test('when the outbox is full, no order is added until all are answered', (t) => {
  const pending = open(t);
  const first = add(pending, 'FIRST');
  let last = '';
  while (!pending.isFull) {
    last = add(pending, 'A');
    if (!pending.isFull) pending.answer(last);
  }
  pending.answer(last);
  assert.deepEqual([pending.size, pending.isFull], [1, true]);
  pending.answer(first);
  assert.deepEqual([pending.size, pending.isFull], [0, false]);
});

test('one process has the outbox', (t) => {
  const file = fileOf(t);
  open(t, file);
  assert.throws(() => PendingOrders.open(file), OutboxInUseError);
});

const LOSSES: [string, RegExp, string, (file: string) => void][] = [
  ['removed', /removed or moved/, '', (file) => fs.rmSync(file)],
  ['moved', /removed or moved/, '', (file) => fs.renameSync(file, `${file}.moved`)],
  ['replaced', /replaced/, '.kept', replace],
  ['cut', /cut/, '', (file) => fs.truncateSync(file, 10)],
  ['emptied', /cut/, '', (file) => fs.truncateSync(file)],
];

function replace(file: string): void {
  fs.copyFileSync(file, `${file}.copy`);
  fs.renameSync(`${file}.copy`, file);
}

for (const [what, message, suffix, harm] of LOSSES) {
  test(`after its outbox was ${what}, no order is added, and the pending ones are in a new outbox`, (t) => {
    const file = fileOf(t);
    const pending = PendingOrders.open(file);
    const [answered, left] = [add(pending, 'A'), add(pending, 'B')];
    assert.ok(pending.canAdd);
    harm(file);
    assert.ok(!pending.canAdd);
    const lost = pending.checkOutbox();
    assert.ok(lost instanceof OutboxLostError);
    assert.match(lost.message, message);
    assert.ok(lost.message.includes(`2 pending orders are in ${file}${suffix} now`), lost.message);
    pending.answer(answered);
    assert.ok(!pending.canAdd);
    pending.close();
    const next = open(t, file + suffix);
    assert.deepEqual(
      next.frames().map((frame) => messageOf(frame).clOrdId),
      [left],
    );
    assert.ok(next.canAdd);
  });
}

test('a loss without room for a new outbox keeps the pending orders in memory, and says so', (t) => {
  const file = fileOf(t);
  const pending = open(t, file);
  const id = add(pending, 'A');
  fs.rmSync(file);
  fs.mkdirSync(`${file}.folder`);
  fs.symlinkSync(`${file}.folder`, file);
  fs.mkdirSync(`${file}.kept`);
  assert.match(String(pending.checkOutbox()?.message), /1 pending order is in memory only/);
  assert.equal(pending.answer(id)?.symbol, 'A');
});
