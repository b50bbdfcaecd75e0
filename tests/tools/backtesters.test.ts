import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayCloses } from '../../src/backtest/day-closes.ts';
import { simulationSettings } from '../../src/backtest/prepare.ts';
import { readHistory } from '../../src/backtest/read-history.ts';
import { settingsFor } from '../../src/settings/settings.ts';
import { tradesOfGrademark, tradesOfTickline } from '../../tools/bench/baselines/backtesters.ts';

test('the two backtesters that the benchmark compares give the same trades', async () => {
  const settings = settingsFor('backtest', { config: false, symbols: 'IBM', latency: '1ms' });
  const { history } = await readHistory(settings);
  const trades = tradesOfTickline(history, dayCloses(history), simulationSettings(settings));
  assert.ok(trades.length > 50, `${trades.length} trades`);
  assert.deepEqual(trades, tradesOfGrademark(history));
});
