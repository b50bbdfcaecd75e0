// The OrderManager is killed again and again as it begins to print confirmations. In the end every recorded order has
// been printed: once, unless its process said that it could not know.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { openStack } from '../end-to-end/stack.ts';
import { HOST } from '../transport/peer.ts';

const KILLS = 8;
const ORDERS = 2_000;
const ORDER = '{"symbol":"AAPL","side":"BUY","quantity":10,"price":100}*';
const LIMIT = { timeout: 300_000 };

test(
  'after many kills every order was printed once, on the console and in the log file',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    let console = '';
    for (let life = 0; life < KILLS; life++) {
      const manager = stack.start('order-manager', '--client-rate', 'max', '--max-order-rate', 'off');
      await stack.untilServed(stack.orderPort);
      // Reports leave before confirmations: a kill at the first report of a group comes as printing begins.
      killAtReport(t, manager, stack.orderPort, 1 + Math.floor((life / KILLS) * ORDERS));
      await stack.untilExited(manager);
      console += manager.stdout;
    }
    const last = stack.start('order-manager');
    await stack.untilServed(stack.orderPort);
    last.signal('SIGTERM');
    await stack.untilExited(last);
    console += last.stdout;

    const doubts = console.matchAll(/the first (\d+) of them may have been printed already/g);
    const uncertain = doubts.reduce((sum, [, count]) => sum + Number(count), 0);
    const recorded = stack.orders().map(({ orderId }) => orderId);
    t.diagnostic(`${recorded.length} orders, ${uncertain} of them uncertain`);
    assertPrintedOnce(recorded, console, uncertain);
    assertPrintedOnce(
      recorded,
      fs.readFileSync(path.join(stack.folder, 'order-manager.log'), 'utf8'),
      uncertain,
    );
  },
);

/** Sends ORDERS orders, and kills the process in the moment in which the report number `count` arrives. */
function killAtReport(t: TestContext, manager: StartedProcess, port: number, count: number): void {
  const socket = net.connect({ host: HOST, port, noDelay: true });
  t.after(() => socket.destroy());
  let reports = 0;
  socket.on('data', (bytes) => {
    reports += bytes.toString('latin1').split('*').length - 1;
    if (reports >= count) manager.signal('SIGKILL');
  });
  socket.on('error', () => {}); // the kill resets it
  socket.write(ORDER.repeat(ORDERS));
}

function assertPrintedOnce(recorded: readonly number[], output: string, uncertain: number): void {
  const printed = [...output.matchAll(/Received Order (\d+): BUY 10 AAPL @ 100\.00["\n]/g)].map(([, id]) =>
    Number(id),
  );
  const distinct = new Set(printed);
  const missing = recorded.filter((id) => !distinct.has(id));
  assert.equal(
    missing.length,
    0,
    `${missing.length} of ${recorded.length} were never printed, the first is ${missing[0]}`,
  );
  const repeated = printed.length - distinct.size;
  assert.ok(repeated <= uncertain, `${repeated} were printed again, at most ${uncertain} could be`);
}
