import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Outbox } from '../../src/strategy/outbox.ts';
import { NotAnOutboxError, OutboxInUseError, OutboxOpenError } from '../../src/strategy/outbox-errors.ts';
import type { IdentifiedOrder } from '../../src/strategy/pending-orders.ts';
import { noSmallDisk, onSmallDisk } from '../end-to-end/small-disk.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

function order(clOrdId: string, symbol: string): IdentifiedOrder {
  return { clOrdId, symbol, side: 'BUY', quantity: 10, price: 173.2, time: 5 };
}

/** The order as it is sent. */
function json(clOrdId: string, symbol: string): string {
  return JSON.stringify({ type: 'order', ...order(clOrdId, symbol) });
}

function fileOf(t: TestContext): string {
  return join(temporaryFolder(t), 'crossover.outbox');
}

function textOf(file: string): string {
  return fs.readFileSync(file, 'latin1').split('\0', 1)[0];
}

/** What the next strategy finds after this one was killed. */
function unansweredIn(outbox: Outbox, file: string): readonly IdentifiedOrder[] {
  outbox.close();
  const next = Outbox.open(file);
  next.close();
  return next.unanswered;
}

test('the next strategy finds the orders without a report, in the order of sending', (t) => {
  const file = fileOf(t);
  const outbox = Outbox.open(file);
  assert.deepEqual(outbox.unanswered, []);
  for (const [id, symbol] of ['A', 'B', 'C'].entries()) outbox.append(json(`x-${id}`, symbol));
  outbox.strike('x-1');
  assert.deepEqual(unansweredIn(outbox, file), [order('x-0', 'A'), order('x-2', 'C')]);
});

test('only the owner can read it, and it is empty when all are answered', (t) => {
  const file = fileOf(t);
  const outbox = Outbox.open(file);
  outbox.append(json('x-1', 'A'));
  outbox.append(json('x-2', 'B'));
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  outbox.strike('x-2');
  assert.match(textOf(file), /x-1/);
  outbox.clear();
  assert.equal(textOf(file), '');
  outbox.append(json('x-3', 'A'));
  assert.deepEqual(unansweredIn(outbox, file), [order('x-3', 'A')]);
});

test('the orders of a killed strategy stay until the next one has their reports', (t) => {
  const file = fileOf(t);
  Outbox.open(file).append(json('x-1', 'A'));
  fs.copyFileSync(file, `${file}.killed`);
  const next = Outbox.open(`${file}.killed`);
  next.append(json('y-1', 'B'));
  next.strike('x-1');
  assert.deepEqual(unansweredIn(next, `${file}.killed`), [order('y-1', 'B')]);
});

test('a line that a kill cut off at any byte is dropped: its order was never sent', (t) => {
  const file = fileOf(t);
  const outbox = Outbox.open(file);
  outbox.append(json('x-1', 'A'));
  const whole = textOf(file).length;
  outbox.append(json('x-2', 'B'));
  outbox.close();
  const text = textOf(file);
  for (let cut = whole; cut < text.length; cut++) {
    fs.writeFileSync(file, text.slice(0, cut));
    const next = Outbox.open(file);
    assert.deepEqual(next.unanswered, [order('x-1', 'A')], `cut at byte ${cut}`);
    next.append(json('y-1', 'C'));
    assert.deepEqual(unansweredIn(next, file), [order('x-1', 'A'), order('y-1', 'C')], `cut at byte ${cut}`);
  }
});

test('a later order for a symbol shows that the earlier one was answered', (t) => {
  const file = fileOf(t);
  fs.writeFileSync(file, `${JSON.stringify(order('x-1', 'A'))}\n${JSON.stringify(order('x-2', 'A'))}\n`);
  const outbox = Outbox.open(file);
  assert.deepEqual(outbox.unanswered, [order('x-2', 'A')]);
  outbox.close();
});

test('a reader of the file sees whole lines, and each as soon as it is appended', (t) => {
  const file = fileOf(t);
  const outbox = Outbox.open(file);
  for (let id = 0; id < 100; id++) {
    outbox.append(json(`x-${id}`, `S${id}`));
    const lines = textOf(file).split('\n').slice(0, -1);
    assert.equal(lines.length, id + 1);
    assert.equal(JSON.parse(lines[id]).clOrdId, `x-${id}`);
  }
  outbox.close();
});

test('shorter lines leave nothing of the longer ones that they replace', (t) => {
  const file = fileOf(t);
  const outbox = Outbox.open(file);
  outbox.append(json('a-long-name-of-an-order', 'A'));
  outbox.append(json('another-long-name', 'B'));
  outbox.clear();
  outbox.append(json('x', 'C'));
  assert.deepEqual(unansweredIn(outbox, file), [order('x', 'C')]);
});

test('a disk without room for the file is reported at the start', {
  skip: noSmallDisk(),
  timeout: 20_000,
}, (t) => {
  const folder = temporaryFolder(t);
  const module = join(import.meta.dirname, '../../src/strategy/outbox.ts');
  const program = `import { Outbox } from ${JSON.stringify(module)}; Outbox.open(${JSON.stringify(join(folder, 'x.outbox'))});`;
  const [file, ...words] = [
    ...onSmallDisk(folder, 1024),
    process.execPath,
    '--input-type=module',
    '-e',
    program,
  ];
  const { stderr, status } = spawnSync(file, words, { encoding: 'utf8' });
  assert.notEqual(status, 0);
  assert.match(stderr, /OutboxOpenError: cannot open the outbox .*ENOSPC/);
});

test('one process has the outbox', (t) => {
  const file = fileOf(t);
  const outbox = Outbox.open(file);
  assert.throws(() => Outbox.open(file), OutboxInUseError);
  outbox.close();
  Outbox.open(file).close();
});

test('a file of another kind is refused and left unchanged', (t) => {
  const file = fileOf(t);
  for (const text of [
    'timestamp,symbol,price\n',
    '{}\n',
    'x'.repeat(2_000),
    '1\n',
    '\n',
    '\0\0',
    '"x"\n\0',
  ]) {
    fs.writeFileSync(file, text);
    assert.throws(() => Outbox.open(file), NotAnOutboxError, text.slice(0, 30));
    assert.equal(fs.readFileSync(file, 'utf8'), text);
  }
});

test('a symlink, a folder and a path through a file are refused', (t) => {
  const file = fileOf(t);
  fs.symlinkSync('/dev/null', file);
  assert.throws(() => Outbox.open(file), OutboxOpenError);
  assert.throws(() => Outbox.open(join(file, 'below')), OutboxOpenError);
  assert.throws(() => Outbox.open(temporaryFolder(t)), OutboxOpenError);
});

test('a full outbox accepts answers, but no order until it is cleared', (t) => {
  const file = fileOf(t);
  const outbox = Outbox.open(file);
  let orders = 0;
  while (!outbox.isFull) outbox.append(json(`x-${orders}`, `S${orders++}`));
  assert.ok(orders > 10_000);
  const { size } = fs.statSync(file);
  for (let id = 0; id < orders; id++) outbox.strike(`x-${id}`);
  assert.ok(outbox.isFull);
  assert.equal(fs.statSync(file).size, size);
  outbox.clear();
  assert.equal(outbox.isFull, false);
  outbox.close();
});
