// Checks the summary of a run of a data file against the file, the record and what was printed.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { openStack } from './stack.ts';
import { positionsOf, profitOf, ticksOf, tradesOf } from './trades.ts';

export interface FileRun {
  readonly file: string;
  readonly rate: string;
  /** Whether the rate leaves time for orders. */
  readonly trades: boolean;
}

/** The ring holds all ticks. */
export async function assertAddsUp(t: TestContext, { file, rate, trades }: FileRun): Promise<void> {
  const stack = await openStack(t);
  const data = path.join(PROJECT_ROOT, 'data', file);
  const pace = ['--rate', rate, '--news-every', '50ms'];
  const run = stack.start('run', '--data', data, ...pace, '--ring', '131072', '--stale-after', '30s');
  assert.deepEqual(await stack.untilExited(run, 120_000), { status: 0, signal: null }, run.stderr);
  const { ticks, news, orders, positions, pnl, restarts, latency } = stack.summary();

  const rows = ticksOf(data);
  const skippedRows = fs.readFileSync(data, 'utf8').trim().split('\n').length - 1 - rows.length;
  const lost = { skippedRows, missed: 0, gaps: 0, lapped: 0, rejected: 0, stale: 0 };
  assert.deepEqual(ticks, { sent: rows.length, applied: rows.length, seen: rows.length, ...lost });
  assert.ok(news.seen <= news.sent);
  assert.equal(latency.timed, true);
  assert.equal(latency.queueing, rate === 'max');

  const recorded = stack.orders();
  const printed = [...run.stdout.matchAll(/Received Order (\d+): (BUY|SELL) (\d+) (\S+) @ (\S+)/g)];
  assert.equal(orders.sent > 0 || !trades, true);
  assert.equal(orders.received, orders.sent);
  assert.equal(orders.filled + orders.rejected, orders.sent);
  assert.equal(orders.recorded, orders.sent);
  assert.equal(recorded.length, orders.recorded);
  assert.equal(orders.unanswered, 0);
  assert.deepEqual(
    printed.map(([, id, side, quantity, symbol, price]) => [+id, side, +quantity, symbol, +price]),
    recorded.map(({ orderId, side, quantity, symbol, price }) => [orderId, side, quantity, symbol, price]),
  );

  const lastPrices = new Map(rows.map(({ symbol, price }) => [symbol, price]));
  const traded = tradesOf(recorded);
  assert.equal(traded.length, orders.filled);
  assert.deepEqual(new Map(positions.map(({ symbol, quantity }) => [symbol, quantity])), positionsOf(traded));
  for (const { symbol, lastPrice } of positions) assert.equal(lastPrice, lastPrices.get(symbol), symbol);
  assert.ok(Math.abs(pnl.total - profitOf(traded, lastPrices)) < 1e-6);
  assert.ok(Math.abs(pnl.total - (pnl.realised + pnl.unrealised)) < 1e-9);
  assert.deepEqual(Object.values(restarts), [0, 0, 0, 0]);
  assert.deepEqual(await stack.leftovers(), []);
}
