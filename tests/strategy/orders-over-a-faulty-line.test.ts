// Orders over a line with random faults of every kind: each is recorded once and answered once, and both
// sides agree on the positions.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LATE_POSITIONS } from '../../src/strategy/order-session.ts';
import { type FaultChoice, OF_ANY_NETWORK } from '../end-to-end/faults.ts';
import type { FaultyLine } from '../end-to-end/faulty-line.ts';
import { positionsOf, tradesOf } from '../end-to-end/trades.ts';
import { testSeed } from '../seed.ts';
import { type Traded, tradeOverFaultyLine } from './traded-orders.ts';

const LIMIT = { timeout: 60_000 };
const SEEDS = 10;
const ORDERS = 80;
const ORDERS_OF_ONE_FAULT = 30;
/** What a repeated logon, and its repeated answer, are. */
const REPEATED = ['logon: allowed once, as the first message', LATE_POSITIONS];
/** TCP never repeats bytes, but a broken proxy may. The client order ids detect it. */
const WITH_REPEATS: FaultChoice = [
  ...OF_ANY_NETWORK,
  ['repeat', 'toClient'],
  ['repeat', 'toServer'],
  ['stale', 'toServer'],
];

function assertTradedOnce({ sent, answered, recorded, held, positions, line, badFrames }: Traded): void {
  const ids = (orders: readonly { clOrdId?: string | undefined }[]) => orders.map(({ clOrdId }) => clOrdId);
  assert.equal(recorded.length, sent);
  assert.equal(answered.length, sent);
  assert.equal(new Set(ids(recorded)).size, sent);
  assert.deepEqual(ids(answered).sort(), ids(recorded).sort());
  const flat = (of: ReadonlyMap<string, number>) => [...of].filter(([, quantity]) => quantity !== 0).sort();
  const traded = new Map<string, number>();
  for (const { symbol, quantity } of answered) traded.set(symbol, (traded.get(symbol) ?? 0) + quantity);
  assert.deepEqual(flat(held), flat(positions));
  assert.deepEqual(flat(held), flat(traded));
  assert.deepEqual(flat(held), flat(positionsOf(tradesOf(recorded))));
  const outOfPlace = badFrames.filter((reason) => !REPEATED.includes(reason));
  assert.deepEqual(outOfPlace, []);
  assert.ok(badFrames.length <= 2 * line.times('repeat')); // both sides report it
}

test('no order is lost or traded twice, and both sides agree on the positions', LIMIT, async (t) => {
  const seeds = Array.from({ length: SEEDS }, (_, index) => testSeed * 1_000 + index);
  const runs = seeds.map((seed) => tradeOverFaultyLine(t, seed, WITH_REPEATS, ORDERS));
  let faults = 0;
  for (const traded of await Promise.all(runs)) {
    assertTradedOnce(traded);
    faults += traded.line.faults;
  }
  assert.ok(faults > SEEDS, `${faults} faults`);
});

for (const [kind, way] of WITH_REPEATS) {
  test(
    `each order is traded once despite ${kind} faults towards the ${way === 'toClient' ? 'Strategy' : 'OrderManager'}`,
    LIMIT,
    async (t) => {
      const happened = (line: FaultyLine) => line.times(kind) > 0;
      const traded = await tradeOverFaultyLine(t, testSeed, [[kind, way]], ORDERS_OF_ONE_FAULT, happened);
      assertTradedOnce(traded);
      assert.ok(happened(traded.line), 'it happened');
    },
  );
}
