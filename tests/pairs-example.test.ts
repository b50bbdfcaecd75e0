// examples/strategies/pairs.ts: alone, and through the trader.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import createPairs from '../examples/strategies/pairs.ts';
import { Market } from './domain/market.ts';

const SETTINGS = { first: 'KO', second: 'PG', window: 99, band: 0.05, quantity: 10 };

test('both legs open against each other, for the same value, and close when the ratio is back', () => {
  const market = new Market((context) => createPairs(SETTINGS, context));
  market.list('IBM', 'KO', 'PG');
  const [IBM, KO, PG] = [0, 1, 2];
  for (const [symbol, price] of [
    [PG, 50],
    [KO, 100], // ratio 2
    [IBM, 10],
    [KO, 110], // 2.2, above 1.05 times the average: sells KO
    [PG, 50], // buys PG: 22 shares for 10
    [IBM, 99],
    [PG, 55], // back at 2, below the average: closes PG
    [KO, 110], // closes KO
    [PG, 60], // ratio 1.83: buys KO, sells PG
    [KO, 110],
  ]) {
    market.tick([[symbol, price]]);
    if (market.pending.length > 0) market.fill();
  }
  assert.deepEqual(market.orderTexts, [
    'SELL 10 KO @ 110',
    'BUY 22 PG @ 50',
    'SELL 22 PG @ 55',
    'BUY 10 KO @ 110',
    'SELL 18.33333333 PG @ 60',
    'BUY 10 KO @ 110',
  ]);
});

test('a fraction of a share is enough', () => {
  const market = new Market((context) => createPairs({ ...SETTINGS, quantity: 0.015 }, context));
  market.list('KO', 'PG');
  for (const [symbol, price] of [
    [1, 50],
    [0, 100],
    [0, 110],
    [1, 50],
  ]) {
    market.tick([[symbol, price]]);
  }
  assert.deepEqual(market.orderTexts, ['SELL 0.015 KO @ 110', 'BUY 0.033 PG @ 50']);
});

test('nothing is traded before both symbols have a price', () => {
  const market = new Market((context) => createPairs(SETTINGS, context));
  market.list('KO', 'PG');
  for (let price = 1; price < 20; price++) market.tick([[0, price]]);
  assert.deepEqual(market.orderTexts, []);
});
