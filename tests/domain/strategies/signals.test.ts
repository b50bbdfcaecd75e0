import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agree, newsSignal, Signal } from '../../../src/domain/strategies/signals.ts';

test('news strictly above the bullish threshold is a BUY', () => {
  assert.equal(newsSignal(61, 60, 40), Signal.BUY);
  assert.equal(newsSignal(100, 60, 40), Signal.BUY);
});

test('news strictly below the bearish threshold is a SELL', () => {
  assert.equal(newsSignal(39, 60, 40), Signal.SELL);
  assert.equal(newsSignal(0, 60, 40), Signal.SELL);
});

test('news on a threshold, between the thresholds, or absent is NEUTRAL', () => {
  for (const sentiment of [40, 50, 60, Number.NaN]) {
    assert.equal(newsSignal(sentiment, 60, 40), Signal.NEUTRAL, `sentiment ${sentiment}`);
  }
});

test('price and news agree only when their signals are equal', () => {
  const all = Object.values(Signal);
  for (const price of all) {
    for (const news of all) assert.equal(agree(price, news), price === news ? price : Signal.NEUTRAL);
  }
});
