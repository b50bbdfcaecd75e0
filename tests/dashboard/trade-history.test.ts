import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TradeHistory } from '../../src/dashboard/trade-history.ts';

const trade = (line: number, symbol: string) => ({
  ...{ line, at: line, symbol, strategy: 's', status: 'FILLED' as const },
});

test('the trades of a symbol remain, however many others there are', () => {
  const history = new TradeHistory();
  for (let line = 1; line <= 16; line++) history.add(trade(line, 'IBM'));
  for (let line = 17; line <= 60_000; line++) history.add(trade(line, `S${line % 500}`));
  assert.equal(history.after(0, 'IBM').length, 16);
  assert.deepEqual(
    history.after(14, 'IBM').map(({ line }) => line),
    [15, 16],
  );
});

test('memory is bounded for one symbol and for many', () => {
  const history = new TradeHistory();
  for (let line = 1; line <= 10_000; line++) history.add(trade(line, 'IBM'));
  assert.ok(history.after(0, 'IBM').length <= 2_000);
  assert.equal(history.after(0, 'IBM').at(-1)?.line, 10_000);
  for (let line = 10_001; line <= 400_000; line++) history.add(trade(line, `S${line % 2_000}`));
  assert.ok(history.all().length <= 220_000, `${history.all().length}`);
});
