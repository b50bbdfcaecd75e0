// Data and options that leave little or nothing to trade: one line, or a result that says so.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeBacktest } from '../../src/backtest/backtest.ts';
import type { Outcome } from '../../src/backtest/outcome.ts';
import { outcomeJson } from '../../src/backtest/outcome-json.ts';
import { outcomeLines } from '../../src/backtest/outcome-text.ts';
import { type CommandLine, settingsFor } from '../../src/settings/settings.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

const HEADER = 'timestamp,symbol,price\n';

async function backtest(t: TestContext, text: string, options: CommandLine = {}): Promise<Outcome> {
  const data = join(temporaryFolder(t), 'prices.csv');
  writeFileSync(data, text);
  const { outcome } = await makeBacktest(settingsFor('backtest', { config: false, data, ...options }));
  assert.ok(outcomeLines(outcome).every((line) => !/NaN|Infinity|undefined/.test(line)));
  assert.doesNotThrow(() => JSON.parse(outcomeJson(outcome)));
  return outcome;
}

test('data without times is refused', async (t) => {
  await assert.rejects(backtest(t, 'symbol,price\nA,1\n'), {
    name: 'FeedFileError',
    message: /expected a header that names time, symbol and price, found "symbol,price"/,
  });
});

test('one tick gives a result without measures per year', async (t) => {
  const { measures, notes, data } = await backtest(t, `${HEADER}1995-01-31,A,10\n`);
  assert.equal(measures.finalEquity, 100_000);
  assert.ok(Number.isNaN(measures.sharpe));
  assert.equal(data.ticks, 1);
  assert.ok(notes.some((note) => /one day: measures per year need two$/.test(note)));
});

test('a window longer than the data gives a result that says so', async (t) => {
  const rows = Array.from(
    { length: 30 },
    (_, day) => `1995-01-${String(day + 1).padStart(2, '0')},A,${10 + day}\n`,
  );
  const { notes } = await backtest(t, `${HEADER}${rows.join('')}`, { long: '500' });
  assert.deepEqual(notes, [
    'no order was sent: the long average needs 500 ticks of a symbol, and the most that one has is 30; give a smaller --long',
  ]);
});

test('a strategy that sends no order is reminded that a symbol is a number', async (t) => {
  const strategy = join(temporaryFolder(t), 'strategy.mjs');
  writeFileSync(strategy, "export default () => ({ onTick: (symbol) => (symbol === 'A' ? 10 : 0) });");
  const { notes } = await backtest(t, `${HEADER}1995-01-31,A,10\n1995-02-01,A,11\n`, { strategy });
  assert.deepEqual(notes, [
    'no order was sent: no tick led to another target than the position held; to onTick a symbol is a number, and context.symbols.nameOf(symbol) is its name',
  ]);
});

test('capital that is gone ends the backtest with a note', async (t) => {
  const prices = [10, 11, 12, 30, 60, 1].map((price, day) => `1995-01-0${day + 1},A,${price}\n`).join('');
  const newsData = join(temporaryFolder(t), 'news.csv');
  writeFileSync(newsData, '100\n');
  const { notes, curve, measures } = await backtest(t, `${HEADER}${prices}`, {
    newsData,
    short: '1',
    long: '2',
    capital: '100',
    quantity: '100',
  });
  assert.equal(curve.equity.length, 6);
  assert.match(notes[0], /^the capital was gone on 1995-01-06: equity fell to -900.00 USD/);
  const { exposure, turnover } = measures;
  assert.deepEqual([exposure, turnover], [Number.NaN, Number.NaN], 'no fraction of what is gone');
});

test('amounts of any size stand apart, and a loss of next to nothing has no sign', async (t) => {
  const prices = ['10', '9.9999'].map((price, day) => `1995-01-0${day + 1},A,${price}\n`).join('');
  const outcome = await backtest(t, `${HEADER}${prices}`, { capital: '1000000000000000' });
  const lines = outcomeLines(outcome);
  const row = (name: string) => lines.find((line) => line.startsWith(name))?.split(/ {2,}|(?<=USD) /);
  assert.deepEqual(row('Final equity'), [
    'Final equity',
    '1,000,000,000,000,000.00 USD',
    '999,990,000,000,000.00 USD',
  ]);
  assert.deepEqual(row('Total return'), ['Total return', '0.00 %', '0.00 %']);
});

test('skipped rows are counted', async (t) => {
  const { notes, data } = await backtest(t, `${HEADER}1995-01-30,A,10\n1995-01-31,A,-1\n1995-01-31,A,11\n`);
  assert.equal(data.skippedRows, 1);
  assert.ok(
    notes.some((note) =>
      /^1 row .* was skipped; the first: row 2 \(line 3\): the price is negative: "-1"/.test(note),
    ),
  );
});

test('a column that seems to have symbols, and is not read, is noted', async (t) => {
  const rows = ['SAP', 'BMW', 'SAP'].map((paper, day) => `2024-01-0${day + 1},${paper},5\n`);
  const { notes } = await backtest(t, `date,paper,price\n${rows.join('')}`, { symbols: 'DAX' });
  assert.match(notes.join('; '), /symbol DAX from --symbols for all rows, whatever paper has \(SAP, BMW\); /);
});

test('rows out of order, rounded prices and refused news are noted', async (t) => {
  const newsData = join(temporaryFolder(t), 'news.csv');
  writeFileSync(newsData, 'sentiment\n60.0\nx\n');
  const text = `${HEADER}1995-01-31,A,10\n1995-01-30,A,11.0000000001\n`;
  const { notes } = await backtest(t, text, { newsData, symbols: 'A,AA' });
  const all = notes.join('\n');
  assert.match(all, /its rows are newest first; .*--sort/);
  assert.match(all, /1 price was rounded/);
  assert.match(all, /--symbols AA; the closest that it has is A/);
  assert.match(all, /rows of the news were skipped: the sentiment is not a number: 1; the first: row 2/);
  const sorted = await backtest(t, text, { newsData, symbols: 'A', sort: true });
  assert.ok(!sorted.notes.some((note) => note.includes('newest')));
});

test('a period without ticks is refused with the period of the data', async (t) => {
  const text = `${HEADER}1995-01-30,A,10\n1995-01-31,A,11\n`;
  await assert.rejects(backtest(t, text, { from: '1996-01-01' }), {
    name: 'NoTicksError',
    message: /^no tick lies from 1996-01-01 to the end; the data has ticks from 1995-01-30T.* to 1995-01-31T/,
  });
  await assert.rejects(backtest(t, text, { from: '1996-01-01', to: '1995-01-01' }), { name: 'PeriodError' });
  await assert.rejects(backtest(t, text, { to: '1995-02-30' }), {
    name: 'PeriodError',
    message: '--to 1995-02-30 is not a date of the calendar; expected one such as 1995-01-31',
  });
});

test('a period includes both its days', async (t) => {
  const rows = [1, 2, 3, 4].map((day) => `1995-01-0${day}T09:30,A,10\n1995-01-0${day}T16:00,A,11\n`).join('');
  const { data } = await backtest(t, HEADER + rows, { from: '1995-01-02', to: '1995-01-03' });
  assert.deepEqual([data.ticks, data.firstDay, data.lastDay], [4, '1995-01-02', '1995-01-03']);
});

test('a wrong answer of a strategy stops the backtest with one line', async (t) => {
  const strategy = join(temporaryFolder(t), 'wrong.ts');
  writeFileSync(strategy, "export default () => ({ onTick() { return 'BUY'; } });\n");
  await assert.rejects(backtest(t, `${HEADER}1995-01-31,A,10\n`, { strategy }), {
    name: 'StrategyFailedError',
    message: /wrong\.ts stopped: onTick for A returned 'BUY'; expected a target position/,
  });
});
