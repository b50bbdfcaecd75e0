// What `tickline book`, `orders` and `clean` say and do while a stack runs, and after one was killed.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { bookPath, isHeld } from '@tickline/price-book';
import { clean } from '../../src/commands/clean.ts';
import type { CommandName } from '../../src/settings/options.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import { openStack } from './stack.ts';
import { csvOf } from './trades.ts';

const LIMIT = { timeout: 180_000 };

/** The output of a command that exits with status 0. */
async function said(stack: Stack, command: CommandName, ...options: string[]): Promise<string> {
  const started = stack.start(command, ...options);
  assert.deepEqual(await stack.untilExited(started), { status: 0, signal: null }, started.stderr);
  assert.equal(started.stderr, '');
  return started.stdout;
}

test('book prints every price of a running stack, orders prints its trades', LIMIT, async (t) => {
  const stack = await openStack(t);
  const prices = [
    { symbol: 'AAPL', price: 173.2 },
    { symbol: 'BRK.B', price: 400.125 },
  ];
  stack.start('run', '--loop', '--data', stack.file('prices.csv', csvOf(prices)));
  await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 100);

  const book = await said(stack, 'book');
  assert.match(book, /^AAPL +173\.20 +\d+ +\d+ +\d+\.\d{3} s {2}live$/m);
  assert.match(book, /^BRK\.B +400\.125 +/m);
  assert.ok(book.includes(`2 prices in ${bookPath(stack.bookName)}`), book);
  assert.ok(book.includes(`written by process ${stack.counter('orderbook.pid')}, epoch 1`), book);
  const lines = (await said(stack, 'book', '--json')).trimEnd().split('\n');
  const [first, second] = lines.map((line) => JSON.parse(line));
  assert.deepEqual([first.symbol, first.price, first.status], ['AAPL', 173.2, 'live']);
  assert.deepEqual([second.symbol, second.price], ['BRK.B', 400.125]);
  assert.ok(first.updates > 0 && first.sequence > 0 && first.time > 0 && first.age >= 0);
  assert.equal(lines.length, 2);
  const one = await said(stack, 'book', '--symbols', 'BRK.B');
  assert.doesNotMatch(one, /AAPL/);
});

interface Stat {
  readonly processes: Readonly<Record<string, { readonly state: string; readonly pid: number }>>;
  readonly readers: readonly { readonly name: string; readonly pid: number }[];
  readonly counters: Readonly<Record<string, number>>;
}

test('stat prints the counters of every process, and which process is dead or stuck', LIMIT, async (t) => {
  const stack = await openStack(t);
  stack.start('orderbook');
  const gateway = stack.start('gateway', '--loop');
  await stack.until('ticks are applied', () => stack.counter('orderbook.ticksApplied') > 100);
  const look = async () => JSON.parse(await said(stack, 'stat', '--once', '--json')) as Stat;

  await stack.until('both run', async () => {
    const { gateway, orderbook } = (await look()).processes;
    return gateway.state === 'running' && orderbook.state === 'running';
  });
  const { processes, counters } = await look();
  assert.equal(processes.orderbook.pid, stack.counter('orderbook.pid'));
  assert.equal(processes.strategy.state, 'not seen');
  assert.ok(counters['orderbook.ticksApplied'] > 100);
  assert.match(await said(stack, 'stat', '--once'), /^ticksApplied +[\d,]+/m);

  process.kill(stack.counter('orderbook.pid'), 'SIGSTOP');
  await stack.until(
    'it is seen to be stuck',
    async () => (await look()).processes.orderbook.state === 'stuck',
  );
  process.kill(stack.counter('orderbook.pid'), 'SIGCONT');
  await stack.until('it runs again', async () => (await look()).processes.orderbook.state === 'running');

  process.kill(stack.counter('gateway.pid'), 'SIGKILL');
  await stack.untilExited(gateway);
  assert.equal((await look()).processes.gateway.state, 'dead');
});

test('orders prints the record of a running OrderManager', LIMIT, async (t) => {
  const stack = await openStack(t);
  stack.start('run', '--loop', '--rate', '5000', '--news-every', '20ms');
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 50);
  await stack.until('IBM is traded', () => stack.orders().some(({ symbol }) => symbol === 'IBM'));
  const before = stack.orders().length;
  const shown = await said(stack, 'orders');
  const total = Number(/^(\d+) orders in/m.exec(shown)?.[1]);
  assert.ok(total >= before && total <= stack.orders().length, shown);
  const lines = [
    ...shown.matchAll(
      /^ +(\d+) {2}\S+ {2}crossover +(?:BUY|SELL) \d+ \S+ @ \S+ +FILLED, holding -?10, market time 199\d-\d\d-\d\d {2}\(.* average .*, news \w+\)$/gm,
    ),
  ];
  assert.equal(lines.length, 20);
  const last = Number(lines.at(-1)?.[1]);
  assert.ok(last >= before && last <= total, 'the OrderManager goes on while the record is read');
  assert.match(shown, /^crossover +IBM +(long|short) 10 at \d+\.\d\d +realised +-?\d+\.\d\d USD$/m);
});

test('clean removes the book of a killed run and keeps a book in use', LIMIT, async (t) => {
  const killed = await openStack(t);
  const run = killed.start('run', '--loop');
  const alive = await openStack(t);
  alive.start('orderbook');
  await killed.until('ticks are seen', () => killed.counter('strategy.ticksSeen') > 0);
  await alive.until('the book is there', () => alive.book !== undefined);
  run.killGroup();
  await killed.untilExited(run);
  await killed.until('nobody is left', () => run.group.length === 0);

  const folder = folderOfBooks(t, killed, alive);
  const lines = await linesOf(t, () => clean(folder));

  const [gone, kept] = [killed, alive].map(({ bookName }) =>
    path.join(folder, path.basename(bookPath(bookName))),
  );
  assert.deepEqual(fs.readdirSync(folder), [path.basename(bookPath(alive.bookName))]);
  assert.deepEqual(lines.sort(), [`kept ${kept}: it is in use`, `removed ${gone}`].sort());
});

test('clean keeps the book of a run whose OrderBook is being restarted', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run', '--loop');
  await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 100);
  const orderBook = stack.counter('orderbook.pid');
  run.signal('SIGSTOP'); // so that it does not restart the OrderBook yet
  process.kill(orderBook, 'SIGKILL');
  await stack.until('nobody writes the book', () => !isHeld(bookPath(stack.bookName)));
  const folder = folderOfBooks(t, stack);
  const lines = await linesOf(t, () => clean(folder));
  const file = path.join(folder, path.basename(bookPath(stack.bookName)));
  assert.deepEqual(lines, [`kept ${file}: stack ${stack.bookName} runs (run, process ${run.pid})`]);
  run.signal('SIGCONT');
  await stack.until('the next OrderBook writes it', () => stack.counter('orderbook.starts') === 2);
});

/** The books, linked to where nothing else is: those of other tests are in /dev/shm too. */
function folderOfBooks(t: TestContext, ...stacks: readonly Stack[]): string {
  const folder = fs.mkdtempSync(path.join(path.dirname(bookPath('')), 'test-clean-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  for (const { bookName } of stacks)
    fs.linkSync(bookPath(bookName), path.join(folder, path.basename(bookPath(bookName))));
  return folder;
}

async function linesOf(t: TestContext, print: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  const log = t.mock.method(console, 'log', (line: string) => lines.push(line));
  await print();
  log.mock.restore();
  return lines;
}
