import assert from 'node:assert/strict';
import { test } from 'node:test';
import create from './strategy.ts';

const SETTINGS = { window: 99, band: 0.02, quantity: 10 };
const NO_NEWS = Number.NaN;

test('buys below the band, and sells at the average', () => {
  let position = 0;
  const strategy = create(SETTINGS, { position: () => position });
  assert.equal(strategy.onTick(0, 100, NO_NEWS), 'keep');
  assert.equal(strategy.onTick(0, 97, NO_NEWS), 10);
  position = 10;
  assert.equal(strategy.onTick(0, 98, NO_NEWS), 'keep');
  assert.equal(strategy.onTick(0, 100, NO_NEWS), 0);
});
