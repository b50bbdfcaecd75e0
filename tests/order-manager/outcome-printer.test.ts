import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { OutcomePrinter } from '../../src/order-manager/outcome-printer.ts';
import { type Output, PrintMark } from '../../src/order-manager/print-mark.ts';
import { MemoryOrderStore } from '../../src/order-store/memory/memory-order-store.ts';
import { orderToReport } from '../../src/order-store/recorded-order.ts';
import type { Log } from '../../src/platform/log.ts';
import { filledOrder } from '../order-store/recorded-orders.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

/** A kill, as the printing process sees it. */
const KILLED = new Error('killed');

/** A log of lines that each output has, which kills the process at a point of its printing. */
function newLog() {
  const outputs: Record<Output, string[]> = { console: [], file: [] };
  const warnings: string[] = [];
  const kill: { before?: Output; after?: Output } = {};
  const ignore = () => {};
  const log: Log = {
    ...{ trace: ignore, debug: ignore, info: ignore, error: ignore, fatal: ignore, plain: ignore },
    warn: (_, message) => warnings.push(message),
    plainTo: (output, lines) => {
      if (kill.before === output) throw KILLED;
      outputs[output].push(...lines.map((line) => String(line).split(' ')[2].replace(':', '')));
      if (kill.after === output) throw KILLED;
    },
  };
  return { log, outputs, warnings, kill };
}

const ORDERS = [1, 2, 3, 4].map((orderId) => filledOrder(orderId, { clOrdId: `c-${orderId}` }));
const ALL = ['1', '2', '3', '4'];

function stageOf(t: Parameters<typeof temporaryFolder>[0]) {
  const file = path.join(temporaryFolder(t), 'orders.sqlite');
  const store = new MemoryOrderStore();
  const reports = ORDERS.map((order) => ({ ...orderToReport(order), orderId: order.orderId }));
  const seen = newLog();
  /** What a new process does: it prints what is missing. */
  const start = () => {
    const printer = new OutcomePrinter(seen.log, PrintMark.open(file, store.lastOrderId));
    printer.printMissing(store);
    return printer;
  };
  return { ...seen, file, store, reports, start };
}

for (const [kill, console, doubt] of [
  [{ before: 'console' }, ALL, /printed 2 recorded orders: they follow; the first 2 of them may/],
  [{ after: 'console' }, ['1', '2', '3', '4', '3', '4'], /the first 2 of them may have been printed already/],
  [{ before: 'file' }, ALL, undefined],
] as const) {
  test(`after a kill ${Object.entries(kill).flat().join(' the write to the ')}, the next process prints the rest`, (t) => {
    const { outputs, warnings, kill: killed, store, reports, start } = stageOf(t);
    const printer = start();
    store.recordAll(ORDERS, []);
    printer.print(reports.slice(0, 2));
    Object.assign(killed, kill);
    assert.throws(() => printer.print(reports.slice(2)), KILLED);
    Object.assign(killed, { before: undefined, after: undefined });
    start();
    assert.deepEqual(outputs, { console, file: ALL });
    if (doubt) assert.match(warnings.join('\n'), doubt);
    else assert.deepEqual(warnings, []);
    start();
    assert.deepEqual(outputs, { console, file: ALL }, 'once');
  });
}

test('orders that were recorded and never begun to print are printed without a doubt', (t) => {
  const { outputs, warnings, store, start } = stageOf(t);
  start();
  store.recordAll(ORDERS, []);
  start();
  assert.deepEqual(outputs, { console: ALL, file: ALL });
  assert.deepEqual(warnings, [
    'the previous OrderManager was killed before it printed 4 recorded orders: they follow',
  ]);
});

test('recorded rejections are logged in the order of their ids, also after a kill', (t) => {
  const { outputs, warnings, store, start } = stageOf(t);
  start();
  store.recordAll([ORDERS[0], { ...ORDERS[1], status: 'REJECTED', reason: 'NO' }, ORDERS[2]], []);
  start();
  assert.deepEqual(outputs.console, ['1', '3']);
  assert.deepEqual(warnings.slice(1), ['rejected an order: NO']);
});

for (const [what, change] of [
  ['without a mark', (file: string) => fs.rmSync(file)],
  ['whose mark was cut', (file: string) => fs.truncateSync(file)],
  ['that is older than its mark', () => {}],
] as const) {
  test(`a record ${what} counts as printed`, (t) => {
    const { outputs, file, store, start } = stageOf(t);
    store.recordAll(ORDERS, []);
    if (what.includes('older')) PrintMark.open(file, 100);
    else start();
    change(`${file}.printed`);
    start();
    assert.deepEqual(outputs.console, []);
  });
}

test('a mark from before a power cut leaves all later orders in doubt', (t) => {
  const { warnings, file, store, start } = stageOf(t);
  start();
  const otherBoot = new Float64Array(1).fill(12345);
  const fd = fs.openSync(`${file}.printed`, 'r+');
  fs.writeSync(fd, new Uint8Array(otherBoot.buffer), 0, 8, 8);
  fs.closeSync(fd);
  store.recordAll(ORDERS, []);
  start();
  assert.match(warnings[0], /the first 4 of them may have been printed already/);
});
