// Sweeps and walk-forwards over generated prices, on threads, through the same function as the command.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeBacktest } from '../../src/backtest/backtest.ts';
import { dayText } from '../../src/backtest/day-closes.ts';
import { searchSections } from '../../src/backtest/report/search-sections.ts';
import { progressText } from '../../src/backtest/sweep/progress.ts';
import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import { type CommandLine, settingsFor } from '../../src/settings/settings.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

const DAYS = 800;
const TREND = `
export const parameters = {
  window: { kind: 'integer', default: 3, min: 1, max: 50, about: 'ticks' },
  size: { kind: 'decimal', default: 1, min: 0.5, max: 9, about: 'shares' },
};
export default function create({ window, size }) {
  const prices = [];
  return {
    onTick(symbol, price) {
      prices.push(price);
      if (prices.length <= window) return 'keep';
      return price > prices[prices.length - 1 - window] ? 10 * Math.round(size) : 0;
    },
  };
}
`;

function files(t: TestContext, strategyText = TREND) {
  const folder = temporaryFolder(t);
  const [data, strategy] = [join(folder, 'prices.csv'), join(folder, 'trend.mjs')];
  const random = new SeededRandom(3);
  let price = 100;
  const rows = Array.from({ length: DAYS }, (_, day) => {
    price *= 1 + (random.below(201) - 98) / 10_000;
    return `${dayText(10_000 + day)},A,${price.toFixed(2)}\n`;
  });
  writeFileSync(data, `date,symbol,price\n${rows.join('')}`);
  writeFileSync(strategy, strategyText);
  return { data, strategy };
}

async function backtest(t: TestContext, options: CommandLine, strategyText?: string) {
  return makeBacktest(settingsFor('backtest', { config: false, ...files(t, strategyText), ...options }));
}

test('each try of a sweep gives what a backtest with its parameters gives', async (t) => {
  const { sweep, outcome } = await backtest(t, { sweep: 'window=2..6,size=1..2' });
  assert.equal(sweep?.tries.length, 10);
  for (const { parameters, figures } of sweep?.tries ?? []) {
    const param = `window=${parameters.window},size=${parameters.size}`;
    const { outcome: alone } = await backtest(t, { param });
    assert.equal(figures.finalEquity, alone.measures.finalEquity);
    assert.equal(figures.sharpe, alone.measures.sharpe);
    assert.equal(figures.orders, alone.measures.orders);
  }
  assert.deepEqual(outcome.strategy.parameters, sweep?.chosen.tried.parameters);
});

test('values that the strategy refuses are left out; if it refuses all, the sweep is refused', async (t) => {
  const { sweep } = await backtest(t, { sweep: 'window=48..60' });
  assert.deepEqual(
    sweep?.tries.map(({ parameters }) => parameters.window),
    [48, 49, 50],
  );
  await assert.rejects(backtest(t, { sweep: 'window=51..60' }), { name: 'StrategyParameterError' });
  await assert.rejects(backtest(t, { sweep: 'windows=1..2' }), { name: 'StrategyParameterError' });
  await assert.rejects(backtest(t, { sweep: 'size=1..9:0.0001,window=1..50' }), {
    name: 'InvalidOptionError',
  });
  await assert.rejects(backtest(t, { sweep: 'size=1..9:0.001,window=1..50' }), {
    name: 'SweepTooLargeError',
  });
});

test('a strategy that fails in a sweep stops it with one line', async (t) => {
  const wrong = TREND.replace("return 'keep'", "return 'SELL'");
  await assert.rejects(backtest(t, { sweep: 'window=2..6' }, wrong), {
    name: 'SweepFailedError',
    message: /trend\.mjs stopped: onTick for A returned 'SELL'/,
  });
});

test('the heat map has a cell for each pair', async (t) => {
  const { sweep, search } = await backtest(t, { sweep: 'window=2..4,size=1..2' });
  const [section] = searchSections(search, sweep);
  assert.equal(section.markup.match(/<td class=/g)?.length, 6);
  assert.match(section.markup, /window=3 size=2: -?\d+\.\d\d/);
  assert.match(section.markup, /6 tries/);
});

test('a walk-forward trades each test period with what its training period chose', async (t) => {
  const { outcome, search } = await backtest(t, {
    sweep: 'window=2..6',
    walkForward: 'train=300d,test=200d',
  });
  assert.deepEqual(
    search?.sweeps.map(({ train, test: tested }) => [train, tested]),
    [0, 200, 400].map((shift) => [
      `${dayText(10_000 + shift)} to ${dayText(10_299 + shift)}`,
      `${dayText(10_300 + shift)} to ${dayText(Math.min(10_499 + shift, 10_799))}`,
    ]),
  );
  const { days, equity } = outcome.curve;
  assert.deepEqual([days[0], days.length], [10_300, 500]);
  const first = search?.sweeps[0].chosen.parameters ?? '';
  const { outcome: alone } = await backtest(t, { param: first, to: dayText(10_499) });
  const grown = alone.curve.equity[499] - alone.curve.equity[299];
  assert.ok(Math.abs(equity[199] - 100_000 - grown) < 1e-6);
});

test('a walk-forward that the data is too short for is refused', async (t) => {
  await assert.rejects(backtest(t, { sweep: 'window=2..6', walkForward: 'train=3y,test=1y' }), {
    name: 'WalkForwardError',
    message: '--walk-forward needs more than 1096 days, and the data has 799; give a shorter train',
  });
  assert.throws(() => settingsFor('backtest', { config: false, walkForward: 'train=3y,test=1y' }), {
    message: '--walk-forward needs --sweep; give both',
  });
});

test('a walk-forward with a tick in no two periods in a row is refused', async (t) => {
  const data = join(temporaryFolder(t), 'monthly.csv');
  writeFileSync(data, 'date,symbol,price\n2000-01-31,A,1\n2000-02-29,A,2\n2000-03-31,A,3\n');
  await assert.rejects(backtest(t, { data, sweep: 'window=2..6', walkForward: 'train=1d,test=1d' }), {
    name: 'WalkForwardError',
    message: /^--walk-forward found no training period with a tick and a test period with a tick after it/,
  });
});

test('a strategy that looks only back passes the check for look-ahead', async (t) => {
  const { cuts } = await backtest(t, { checkLookahead: true });
  assert.equal(cuts, 20);
});

test('a strategy that remembers an earlier run, or draws random numbers, fails the check', async (t) => {
  const remembers = TREND.replace('const prices = [];', '').replace(
    'export default',
    'const prices = [];\nexport default',
  );
  const draws = TREND.replace('price > prices', 'Math.random() * price > 0.5 * prices');
  for (const text of [remembers, draws])
    await assert.rejects(backtest(t, { checkLookahead: true }, text), {
      name: 'LookaheadError',
      message:
        /^with the data cut after tick \d+ of 800 \(.*\), order \d+ is .* instead of .*: the strategy reads later data/,
    });
});

test('the progress shows the time that is left', () => {
  assert.equal(progressText(0, 700, 0), '0 of 700 tries');
  assert.equal(progressText(200, 700, 1_000), '200 of 700 tries, 3 s left');
});
