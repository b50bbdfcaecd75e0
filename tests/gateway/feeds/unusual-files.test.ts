// The same thirty prices in the forms in which people have them.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { pull } from '../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import type { Feed } from '../../../src/gateway/feeds/feed.ts';
import { FeedFileError } from '../../../src/gateway/feeds/feed-errors.ts';
import type { Notice } from '../../../src/gateway/feeds/notices.ts';
import { openReplay, type ReplaySettings } from '../../../src/gateway/feeds/replay.ts';
import { tempDirectory } from './files.ts';

const DAYS = Array.from({ length: 30 }, (_, day) =>
  new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10),
);
const PRICES = DAYS.map((_, day) => (97 + (day % 7) * 1.25).toFixed(2));
const FRAMES = PRICES.map((price) => `AAPL,${price}`);
const ROWS = DAYS.map((day, i) => `${day},AAPL,${PRICES[i]}`);
const PLAIN = ['timestamp,symbol,price', ...ROWS, ''].join('\n');
const NS_PER_DAY = 86_400e9;

interface Opened {
  readonly feed: Feed;
  readonly notices: readonly Notice[];
}

async function opened(
  t: TestContext,
  content: string | Uint8Array,
  settings: ReplaySettings = {},
): Promise<Opened> {
  const path = join(tempDirectory(t), 'AAPL.csv');
  writeFileSync(path, content);
  const notices: Notice[] = [];
  const feed = await openReplay(path, { notify: (notice) => notices.push(notice), ...settings });
  t.after(() => feed.close());
  return { feed, notices };
}

async function givesAll(
  t: TestContext,
  name: string,
  content: string | Uint8Array,
  settings?: ReplaySettings,
) {
  const { feed } = await opened(t, content, settings);
  const frames = await pull(feed, 29);
  await feed.ready();
  assert.equal(feed.nextTimeNs, 29 * NS_PER_DAY, name);
  assert.deepEqual([...frames, ...(await pull(feed))], FRAMES, name);
  assert.equal(feed.rejectedRows, 0, name);
}

function utf16(text: string, isBigEndian: boolean, mark = '\ufeff'): Buffer {
  const bytes = Buffer.from(mark + text, 'utf16le');
  return isBigEndian ? bytes.swap16() : bytes;
}

it('delimiters, line ends, comments and encodings make no difference', async (t) => {
  const semicolons = PLAIN.replaceAll(',', ';').replaceAll('.', ',');
  for (const [name, content] of [
    ['tabs', PLAIN.replaceAll(',', '\t')],
    ['semicolons and decimal commas', semicolons],
    ['the first line of Excel', `sep=;\n${semicolons}`],
    ['bars', PLAIN.replaceAll(',', '|')],
    ['CRLF', PLAIN.replaceAll('\n', '\r\n')],
    ['CR', PLAIN.replaceAll('\n', '\r')],
    ['comments', `# downloaded\n#\n${PLAIN}# the end, "really\n`],
    ['a byte order mark', `\ufeff${PLAIN}`],
    ['UTF-16 LE', utf16(PLAIN, false)],
    ['UTF-16 BE', utf16(PLAIN, true)],
    ['UTF-16 without a mark', utf16(PLAIN, false, '')],
    ['quotes', PLAIN.replace(/[^,\n]+/g, '"$&"')],
    ['thousands in quotes', PLAIN.replace(/AAPL,/g, 'AAPL,$')],
  ] as const)
    await givesAll(t, name, content);
});

it('compressed files are read, also without a line end at the end, and in loops', async (t) => {
  for (const pack of [gzipSync, zstdCompressSync]) {
    await givesAll(t, pack.name, pack(PLAIN));
    await givesAll(t, pack.name, pack(PLAIN.trimEnd()));
    await givesAll(t, pack.name, pack(utf16(PLAIN, false)));
    const { feed } = await opened(t, pack(PLAIN), { loop: true });
    assert.deepEqual(await pull(feed, 60), [...FRAMES, ...FRAMES]);
  }
});

it('a compressed file that is cut gives the rows before, and then says so', async (t) => {
  const many =
    PLAIN + 'x,y,z\n'.repeat(10) + Array.from({ length: 50_000 }, (_, i) => `${i},A,${i + 1}`).join('\n');
  const whole = gzipSync(many);
  const { feed } = await opened(t, whole.subarray(0, whole.length / 2), { skip: 1 });
  assert.deepEqual(await pull(feed, 29), FRAMES.slice(1));
  await assert.rejects(
    pull(feed, 1e6),
    (error) => error instanceof FeedFileError && /cut or damaged/.test(error.message),
  );
});

it('other kinds of file are named, with what to do', async (t) => {
  for (const [start, message] of [
    ['PK\x03\x04', /zip archive or a spreadsheet; unpack it/],
    ['PAR1', /cannot be read as Parquet/],
  ] as const) {
    await assert.rejects(opened(t, `${start}${PLAIN}`), message);
  }
});

it('times in any form that has one meaning give the same pace', async (t) => {
  const ms = DAYS.map((day) => Date.parse(day));
  for (const [name, times] of [
    ['YYYYMMDD', DAYS.map((day) => day.replaceAll('-', ''))],
    ['seconds', ms.map((time) => `${time / 1000}`)],
    ['decimal seconds', ms.map((time) => `${time / 1000}.000000`)],
    ['ms', ms.map(String)],
    ['µs', ms.map((time) => `${time}000`)],
    ['ns', ms.map((time) => `${time}000000`)],
    ['slashes', DAYS.map((day) => day.replaceAll('-', '/'))],
    ['an offset', DAYS.map((day) => `${day} 05:30:00+05:30`)],
    ['months by name', DAYS.map((day) => `"Jan ${Number(day.slice(8))}, 2024"`)],
  ] as const) {
    const rows = times.map((time, i) => `${time},AAPL,${PRICES[i]}`);
    await givesAll(t, name, `time,symbol,price\n${rows.join('\n')}\n`);
  }
});

it('a date and a time of day in two columns are one time', async (t) => {
  const rows = DAYS.map((day, i) => `${day.replaceAll('-', '')},930,${PRICES[i]}`);
  await givesAll(t, 'digits', `Date,Time,Close\n${rows.join('\n')}\n`);
  const halves = DAYS.map((day, i) => `${day},9:30 AM,${PRICES[i]}`);
  await givesAll(t, 'halves', `Date,Time,Close\n${halves.join('\n')}\n`);
});

it('a file whose days and months cannot be told apart is refused, with the option that tells', async (t) => {
  const rows = PRICES.map((price) => `01/02/2024 09:30:00,AAPL,${price}`);
  await assert.rejects(
    opened(t, `time,symbol,price\n${rows.join('\n')}\n`),
    (error) =>
      error instanceof FeedFileError &&
      /order of day and month is unclear: "01\/02\/2024 09:30:00", expected --time-format "DD\/MM\/YYYY HH:mm:ss" or/.test(
        error.message,
      ),
  );
});

it('the middle of bid and ask is exact', async (t) => {
  const rows = DAYS.map(
    (day, i) => `${day},AAPL,${Number(PRICES[i]) - 0.25},${(Number(PRICES[i]) + 0.25).toFixed(4)}`,
  );
  const { feed } = await opened(t, `time,symbol,bid,ask\n${rows.join('\n')}\n2024-02-01,AAPL,0.1,0.3\n`);
  const prices = (await pull(feed)).map((frame) => Number(frame.slice(5)));
  assert.deepEqual(prices, [...PRICES.map(Number), 0.2]);
});

it('a wide file gives a tick of each symbol that has a price, and only the symbols that are wanted', async (t) => {
  const wide = 'Date,AAPL,MSFT,IBM\n2024-01-01,1,2,\n2024-01-02,3,,x\n2024-01-03,,,4\n';
  const { feed } = await opened(t, wide);
  assert.deepEqual(await pull(feed), ['AAPL,1', 'MSFT,2', 'AAPL,3', 'IBM,4']);
  assert.equal(feed.rejectedRows, 1);
  const one = await opened(t, wide, { symbols: ['MSFT'] });
  assert.deepEqual(await pull(one.feed), ['MSFT,2']);
  assert.equal(one.feed.rejectedRows, 0);
});

it('every reason is counted, and its first row is named with what was expected', async (t) => {
  const bad = ['2024-02-01,AAPL,-37.63', '2024-02-02,AAPL,0', '2024-02-03,AAPL,NaN', '2024-02-04,AAPL,null'];
  const { feed } = await opened(
    t,
    `${PLAIN}${bad.join('\n')}\nnoon,AAPL,5\n01/02/2024,AAPL,5\n2024-02-01,A*,5\n`,
  );
  assert.deepEqual(await pull(feed), FRAMES);
  assert.deepEqual(
    feed.skips?.map(({ reason, count }) => [reason, count]),
    [
      ['the price is negative', 1],
      ['the price is zero', 1],
      ['the price is missing', 2],
      ['the time is not valid', 1],
      ['the order of day and month is unclear', 1],
      ['the symbol "A*" is not valid, since it has another character', 1],
    ],
  );
  assert.equal(
    feed.skips?.[0].first,
    'row 31 (line 32): the price is negative: "-37.63", expected a price above zero, which the price book promises',
  );
});

it('the log says in one line what was understood, and once how many prices were rounded', async (t) => {
  const { feed, notices } = await opened(t, PLAIN.replaceAll('97.00', '97.00000213623047'));
  await pull(feed);
  const [understood, rounded, ...more] = notices.map(({ message }) => message);
  assert.equal(
    understood,
    'AAPL.csv: 30 ticks of AAPL from 30 rows, 2024-01-01 to 2024-01-30; ' +
      'time from timestamp, symbol from symbol, price from price',
  );
  assert.equal(rounded, 'AAPL.csv: 5 prices were rounded to 8 decimals');
  assert.deepEqual(more, []);
});

it('the log warns of a replay that starts behind the last tick', async (t) => {
  for (const [settings, warnings] of [
    [{ skip: 29 }, []],
    [{ skip: 30 }, ['AAPL.csv: the replay starts after tick 30, and there are 30: none is sent']],
    [{ skip: 99, sort: true }, ['AAPL.csv: the replay starts after tick 99, and there are 30: none is sent']],
    [{ skip: 30, loop: true }, []],
  ] as const) {
    const { feed, notices } = await opened(t, PLAIN, settings);
    await pull(feed, 1);
    const found = notices.filter(({ event }) => event === 'nothing-left').map(({ message }) => message);
    assert.deepEqual(found, warnings);
  }
});

it('rows out of order are warned of once, with the first of them, and newest first is recognised', async (t) => {
  const swapped = [ROWS[0], ROWS[2], ROWS[1], ROWS[4], ROWS[3], ''].join('\n');
  const mixed = await opened(t, `timestamp,symbol,price\n${swapped}`);
  await pull(mixed.feed);
  const warnings = mixed.notices.filter(({ level }) => level === 'warn').map(({ message }) => message);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /row 3 \(line 4\) at 2024-01-02 comes after 2024-01-03; .*--sort/);
  const newest = await opened(t, `timestamp,symbol,price\n${ROWS.toReversed().join('\n')}\n`);
  await pull(newest.feed);
  assert.match(newest.notices[1].message, /newest first; .*--sort/);
});

it('--sort puts the newest-first and the mixed into the order of their times, in every loop', async (t) => {
  for (const rows of [ROWS.toReversed(), ROWS.toSorted((a, b) => a.charCodeAt(9) - b.charCodeAt(9))]) {
    const content = `timestamp,symbol,price\n${rows.join('\n')}\n`;
    await givesAll(t, 'once', content, { sort: true });
    const looped = await opened(t, content, { sort: true, loop: true, skip: 35 });
    assert.deepEqual(await pull(looped.feed, 35), [...FRAMES.slice(5), ...FRAMES.slice(0, 10)]);
    const sorted = looped.notices.filter(({ event }) => event === 'rows-out-of-order');
    assert.deepEqual(
      sorted.map(({ level, message }) => [level, message.endsWith('sorted')]),
      [['info', true]],
    );
  }
});

it('--time-format reads dates with the day first', async (t) => {
  const rows = DAYS.map((day, i) => `${day.split('-').reverse().join('/')},AAPL,${PRICES[i]}`);
  const content = `time,symbol,price\n${rows.join('\n')}\n`;
  await givesAll(t, 'day first', content, { timeFormat: 'DD/MM/YYYY' });
  await assert.rejects(
    opened(t, content, { timeFormat: 'DD/MM' }),
    /--time-format "DD\/MM": expected a format of YYYY/,
  );
  await assert.rejects(
    opened(t, content, { timeFormat: 'DD.MM.YYYY' }),
    /"01\/01\/2024", expected --time-format DD.MM.YYYY/,
  );
});

it('symbols that the file lacks are named, with the closest that it has', async (t) => {
  const { feed, notices } = await opened(t, PLAIN, { symbols: ['AAPL', 'APPL'] });
  await pull(feed);
  assert.match(
    notices.at(-1)?.message ?? '',
    /no valid row of --symbols APPL; the closest that it has is AAPL/,
  );
});

it('a symbol that the file lacks is named alone if no symbol is near', async (t) => {
  const { feed, notices } = await opened(t, PLAIN, { symbols: ['AAPL', 'NOPE'] });
  await pull(feed);
  assert.match(notices.at(-1)?.message ?? '', /no valid row of --symbols NOPE$/);
});

it('a quote that is never closed leaves the rows before, and names the line on which it began', async (t) => {
  const { feed } = await opened(t, `${PLAIN}2024-02-01,AAPL,"5 inch\n${'2024-02-02,AAPL,5\n'.repeat(50)}`);
  const frames: string[] = [];
  await assert.rejects(async () => {
    for (;;) frames.push(...(await pull(feed, 1)));
  }, /closing quote for row 31, which starts on line 32, after 30 rows/);
  assert.deepEqual(frames, FRAMES);
});

it('symbols of indices, futures and pairs are sent as they are, and each other one is named with the rule that it broke', async (t) => {
  const good = ['^GSPC', 'ES=F', 'BTC:PERP', 'M&M.NS', '$SPX', '@ES', 'A+B', 'X~Y', 'BTC/USDT:USDT'];
  const bad = ['BRK B', 'A*B', '#A', 'ONE-OF-33-LETTERS-IS-TOO-LONG-XYZ'];
  const rows = [...good, ...bad, ...bad].map((symbol) => `2024-01-31,${symbol},5`);
  const { feed } = await opened(t, `time,symbol,price\n${rows.join('\n')}\n`);
  assert.deepEqual(
    await pull(feed),
    good.map((symbol) => `${symbol},5`),
  );
  assert.deepEqual(
    feed.skips?.map(({ reason, count }) => [reason.replace('the symbol ', ''), count]),
    [
      ['"BRK B" is not valid, since it has a blank', 2],
      ['"A*B" is not valid, since it has another character', 2],
      ['"#A" is not valid, since it has another character', 2],
      ['"ONE-OF-33-LETTERS-IS-TOO-LONG-XYZ" is not valid, since it has more than 32 characters', 2],
    ],
  );
});

it('a file that begins again with --loop says once that its prices jump', async (t) => {
  const { feed, notices } = await opened(t, PLAIN, { loop: true });
  await pull(feed, ROWS.length * 3);
  const said = notices.filter(({ event }) => event === 'loop').map(({ message }) => message);
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /^AAPL\.csv begins again: each price jumps from its last row to its first/);
});
