// `tickline data` says what a replay of the same file would do.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { showData } from '../../../src/gateway/data/show-data.ts';
import { type CommandLine, settingsFor } from '../../../src/settings/settings.ts';
import { tempDirectory, tempFile } from '../feeds/files.ts';

/** What is printed, and the error after it. */
async function look(
  t: TestContext,
  content: string,
  options: CommandLine = {},
): Promise<{ text: string; error: Error | undefined }> {
  const printed = t.mock.method(console, 'log', () => {});
  let error: Error | undefined;
  try {
    await showData(settingsFor('data', { config: false, data: tempFile(t, content), ...options }));
  } catch (thrown) {
    assert.ok(thrown instanceof Error);
    error = thrown;
  }
  const text = printed.mock.calls.map(({ arguments: [line] }) => String(line)).join('\n');
  printed.mock.restore();
  return { text, error };
}

const FILE = [
  'Date;Ticker;Close',
  ...['2024-01-03;AAPL;1,25', '2024-01-02;MSFT;2,5', '2024-01-04;AAPL;-1', '2024-01-05;AAPL;nan'],
  ...['2024-01-06;AAPL;-2', '2024-01-07;AAPL;3,123456789', '2024-01-08;AAPL;4', '2024-01-09;AAPL;5', ''],
].join('\n');

test('columns, times, symbols, counts, both ends and each reason for a skip are printed', async (t) => {
  const { text, error } = await look(t, FILE);
  assert.equal(error, undefined);
  assert.match(
    text,
    /^Understood +time from Date, symbol from Ticker, price from Close; fields .* semicolons$/m,
  );
  assert.match(text, /^Times +2024-01-02 to 2024-01-09$/m);
  assert.match(text, /^Symbols +AAPL, MSFT$/m);
  assert.match(text, /^Found +8 rows, 5 ticks, 3 skipped$/m);
  assert.match(text, /^First +2024-01-03 {2}AAPL {2}1\.25\n +2024-01-02 {2}MSFT {2}2\.5$/m);
  assert.match(text, /^Last +2024-01-08 {2}AAPL {2}4\n +2024-01-09 {2}AAPL {2}5$/m);
  assert.match(text, /^Skipped +2; the first: row 3 \(line 4\): the price is negative: "-1", expected/m);
  assert.match(text, /1; the first: row 4 \(line 5\): the price is missing: "nan"/);
  assert.match(text, /row 2 \(line 3\) at 2024-01-02 comes after 2024-01-03; .*--sort/);
  assert.match(text, /1 price was rounded to 8 decimals/);
});

test('the options of files apply: the order with --sort, and only the symbols of --symbols', async (t) => {
  const { text } = await look(t, FILE, { sort: true, symbols: 'MSFT,AAP' });
  assert.match(text, /^First +2024-01-02 {2}MSFT/m);
  assert.match(text, /^Found +8 rows, 1 tick, 7 of other symbols, 0 skipped$/m);
  assert.match(text, /--symbols AAP; the closest that it has is AAPL/);
});

test('a last row without a line end is a row, and is skipped', async (t) => {
  const { text } = await look(t, 'time,symbol,price\n2024-01-01,AAPL,5\n2024-01-02,AAPL,6');
  assert.match(text, /^Found +2 rows, 1 tick, 1 skipped$/m);
});

test('a file that breaks midway shows what comes before, then the error', async (t) => {
  const text = `timestamp,symbol,price\n1,A,10\n2,A,11\n3,A,"12\n${'4,A,13\n'.repeat(20_000)}`;
  const { text: printed, error } = await look(t, text);
  assert.match(printed, /^Found +2 rows, 2 ticks, 0 skipped$/m);
  assert.equal(error?.name, 'FeedFileError');
  assert.match(error.message, /closing quote for row 3, which starts on line 4, after 2 rows/);
});

test('a file without a valid row shows the reasons, then the error', async (t) => {
  const { text, error } = await look(t, 'date,symbol,price\n01/02/2024,A,10\n02/03/2024,A,10\n');
  assert.match(text, /^Skipped +2; .*order of day and month is unclear/m);
  assert.match(error?.message ?? '', /expected a row with a time/);
});

test('JSON has one object with the same', async (t) => {
  const { text } = await look(t, FILE, { json: true });
  const survey = JSON.parse(text);
  assert.deepEqual(
    [survey.kind, survey.rows, survey.valid, survey.symbols, survey.skipped.length],
    ['prices', 8, 5, ['AAPL', 'MSFT'], 2],
  );
  assert.deepEqual(survey.first[0], { time: '2024-01-03', symbol: 'AAPL', price: '1.25' });
});

test('a file of news is recognised, and --news-data is looked at beside the prices', async (t) => {
  const news = 'sentiment\n60.0\n75\nbad\n';
  const alone = await look(t, news);
  assert.match(alone.text, /, news$/m);
  assert.match(alone.text, /^Found +3 rows, 2 sentiments, 1 skipped$/m);
  const newsData = join(tempDirectory(t), 'news.csv');
  writeFileSync(newsData, news);
  const both = await look(t, FILE, { newsData });
  assert.match(both.text, /, prices$.*, news$/ms);
  rmSync(newsData);
});

test('a recording of an exchange is recognised', async (t) => {
  const trade =
    '{"e":"trade","E":1700000000000,"s":"BTCUSDT","t":1,"p":"100.50","q":"1","T":1700000000000,"m":true}';
  const { text } = await look(t, `1700000000100000000 ${trade}\n`);
  assert.match(text, /, recording$/m);
  assert.match(text, /^Found +1 message, 1 tick, 0 skipped$/m);
});

test('the first line and the first trade of a recording that are not valid are named, each with their count', async (t) => {
  const trade = (id: number, price: string) =>
    `1700000000100000000 {"e":"trade","E":1700000000000,"s":"BTCUSDT","t":${id},"p":"${price}","q":"1","T":1700000000000,"m":true}`;
  const lines = [trade(1, '100.50'), trade(2, '0'), 'first', trade(3, '-1'), 'second', ''];
  const { text } = await look(t, lines.join('\n'));
  assert.match(text, /^Skipped +2; the first: line 3 is not a time in ns/m);
  assert.match(text, /^ +2; the first: trade 2 of "BTCUSDT" has the price "0"/m);
});
