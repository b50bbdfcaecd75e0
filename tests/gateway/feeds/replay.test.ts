import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import {
  framesIn,
  latestOf,
  newFrames,
  pull,
  snapshotOf,
} from '../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import type { Feed, FeedStatus } from '../../../src/gateway/feeds/feed.ts';
import { FeedFileError, FeedSettingError } from '../../../src/gateway/feeds/feed-errors.ts';
import { openReplay, type ReplaySettings } from '../../../src/gateway/feeds/replay.ts';
import { FEEDS } from '../../../src/settings/feeds.ts';
import fc from '../../property.ts';
import { conformsToFeed } from './conformance.ts';
import { dataFile, tempDirectory, tempFile } from './files.ts';

const HEADER = 'timestamp,symbol,price\n';
const FIVE = `${HEADER}1,A,1.0\n2,B,2.00\n3,A,3\n4,C,4.5\n5,B,5.25\n`;

async function opened(t: TestContext, path: string, settings?: ReplaySettings): Promise<Feed> {
  const feed = await openReplay(path, settings);
  t.after(() => feed.close());
  return feed;
}

async function replayed(t: TestContext, content: string, settings?: ReplaySettings): Promise<string[]> {
  return pull(await opened(t, tempFile(t, content), settings));
}

function rejectedWith(path: string, message: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof FeedFileError, String(error));
    assert.ok(error.message.startsWith(path), error.message);
    assert.match(error.message, message);
    return true;
  };
}

async function refused(t: TestContext, content: string, message: RegExp, settings?: ReplaySettings) {
  const path = tempFile(t, content);
  await assert.rejects(openReplay(path, settings), rejectedWith(path, message));
}

describe('a replay', () => {
  describe('of a file of 560 rows, once', () => {
    conformsToFeed(FEEDS.replay, (skip) => openReplay(dataFile('stocks-2000-2010.csv'), { skip }));
  });

  for (const [name, rows, missing] of [
    ['dow30-1990-2001.csv', 75_870, 0],
    ['sp500-2001.csv', 51_500, 645],
    ['stocks-2000-2010.csv', 560, 0],
  ] as const) {
    it(`every valid row of ${name} becomes a tick, with its decimals`, async (t) => {
      const lines = readFileSync(dataFile(name), 'utf8').trimEnd().split('\n').slice(1);
      assert.equal(lines.length, rows);
      const good = lines.filter((line) => !line.endsWith(','));
      assert.equal(good.length, rows - missing);
      const feed = await opened(t, dataFile(name));
      assert.deepEqual(
        await pull(feed),
        good.map((line) => line.slice(line.indexOf(',') + 1)),
      );
      assert.equal(feed.rejectedRows, missing);
      assert.deepEqual([feed.ended, feed.waiting], [true, false]);
    });
  }

  it('prices and symbols stay as they are written, wherever a block of the file ends', async (t) => {
    const symbols = fc.string({
      unit: fc.constantFrom(...'AZaz09.-_/^=:&$@+~'),
      minLength: 1,
      maxLength: 16,
    });
    const prices = fc
      .tuple(
        fc.integer({ min: 1, max: 1e9 }),
        fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 8 }),
      )
      .map(([whole, decimals]) => (decimals === '' ? `${whole}` : `${whole}.${decimals}`));
    const frames = fc.array(
      fc.tuple(symbols, prices).map((fields) => fields.join(',')),
      { minLength: 1 },
    );
    await fc.assert(
      fc.asyncProperty(frames, fc.boolean(), fc.nat(200), async (some, crlf, padding) => {
        const many = Array.from({ length: 1500 }, (_, i) => some[i % some.length]);
        const rows = many.map((frame) => `2001-07-31,${frame}`);
        const header = `timestamp,symbol,price,${'x'.repeat(padding)}`;
        const content = [header, ...rows, ''].join(crlf ? '\r\n' : '\n');
        assert.deepEqual(await replayed(t, content), many);
      }),
      { numRuns: 20 },
    );
  });

  it('columns are found by the header, in any order and case', async (t) => {
    assert.deepEqual(await replayed(t, '\uFEFFPrice,Volume, Symbol ,DATE\r\n1.50,9,A,2001-07-31\r\n'), [
      'A,1.50',
    ]);
    assert.deepEqual(await replayed(t, '\uFEFF"timestamp","symbol","price"\n"2001-07-31","A","1.50"\n'), [
      'A,1.50',
    ]);
    assert.deepEqual(await replayed(t, 'date,timestamp,symbol,price\nbad,2001-07-31,A,1\n'), ['A,1']);
  });

  it('a looped replay starts again at the end, and counts invalid rows once', async (t) => {
    const feed = await opened(t, tempFile(t, `${FIVE}6,D,bad\n`), { loop: true });
    const once = ['A,1.0', 'B,2.00', 'A,3', 'C,4.5', 'B,5.25'];
    assert.deepEqual(await pull(feed, 12), [...once, ...once, 'A,1.0', 'B,2.00']);
    assert.equal(feed.rejectedRows, 1);
    assert.equal(feed.ended, false);
  });

  it('skip leaves out the first valid ticks', async (t) => {
    const content = `${HEADER}0,Z,\n${FIVE.slice(HEADER.length)}`;
    assert.deepEqual(await replayed(t, content, { skip: 3 }), ['C,4.5', 'B,5.25']);
    assert.deepEqual(await replayed(t, content, { skip: 5 }), []);
    assert.deepEqual(await replayed(t, content, { skip: 500 }), []);
  });

  it('skip may span loops, even a billion of them', async (t) => {
    const path = tempFile(t, FIVE);
    for (const [skip, first] of [
      [0, 'A,1.0'],
      [5, 'A,1.0'],
      [7, 'A,3'],
      [5_000_000_004, 'B,5.25'],
    ] as const) {
      const feed = await opened(t, path, { loop: true, skip });
      assert.equal(feed.nextTimeNs, 0);
      assert.deepEqual(await pull(feed, 1), [first]);
    }
  });

  it('rows of other symbols are left out, valid or not', async (t) => {
    const feed = await opened(t, tempFile(t, `${FIVE}6,C,bad\n7,B,bad\n`), { symbols: ['B', 'A'], skip: 1 });
    assert.deepEqual(await pull(feed), ['B,2.00', 'A,3', 'B,5.25']);
    assert.equal(feed.rejectedRows, 1);
  });

  it('invalid rows are counted and skipped', async (t) => {
    const bad = [
      '1,A,',
      '1,A,abc',
      '1,A,-5',
      '1,A,0',
      '1,A,NaN',
      '1,A,inf',
      '1,A,1e13',
      '1,A,1e-9',
      '1,A*B,5',
      '1,#A,5',
      '1,,5',
      '1,ONE-OF-33-LETTERS-IS-TOO-LONG-XYZ,5',
      'noon,A,5',
      ',A,5',
      '1',
      '1,A',
      '1,"A,5"',
      'timestamp,symbol,price',
      '1,A,1,234.50',
    ];
    const feed = await opened(t, tempFile(t, `${HEADER}${bad.join('\n')}\n\n2,A,7.50,,\n`));
    assert.deepEqual(await pull(feed), ['A,7.50']);
    assert.equal(feed.rejectedRows, bad.length);
  });

  it('timestamps become feed time, which never goes backwards', async (t) => {
    const rows = ['1000,A,1', '1002,A,2', '900,A,3', '1002,A,4', '1005,A,5'];
    const feed = await opened(t, tempFile(t, `${HEADER}${rows.join('\n')}\n`), { loop: true });
    const times: number[] = [];
    for (let i = 0; i < 7; i++) {
      await feed.ready();
      times.push(feed.nextTimeNs);
      feed.fill(newFrames(), 1, Number.POSITIVE_INFINITY);
    }
    assert.deepEqual(times, [0, 2e9, 2e9, 2e9, 5e9, 5e9, 7e9]);
  });

  it('ticks are given up to the horizon', async (t) => {
    const feed = await opened(t, tempFile(t, FIVE));
    const out = newFrames();
    feed.fill(out, 100, 2.5e9);
    assert.deepEqual(framesIn(out), ['A,1.0', 'B,2.00', 'A,3']);
    assert.equal(feed.nextTimeNs, 3e9);
  });

  it('the snapshot has all of hundreds of symbols', async (t) => {
    const feed = await opened(t, dataFile('sp500-2001.csv'));
    const frames = await pull(feed, 30_000);
    assert.deepEqual(snapshotOf(feed, 200).sort(), latestOf(frames));
    assert.ok(snapshotOf(feed).length >= 490);
  });

  it('the read-ahead is bounded, however long no tick is taken', async (t) => {
    const bad = '1,A,\n'.repeat(10);
    const good = '1,A,5\n'.repeat(20_000);
    const path = tempFile(t, HEADER + good + bad);
    const feed = await opened(t, path);
    // While others read the whole file, a feed without a bound would have met the bad rows at its end.
    for (let i = 0; i < 3; i++) await pull(await opened(t, path));
    assert.equal(feed.rejectedRows, 0);
    assert.equal((await pull(feed)).length, 20_000);
    assert.equal(feed.rejectedRows, 10);
  });

  it('it can be closed while it reads and while a caller waits for it', async (t) => {
    const feed = await opened(t, dataFile('dow30-1990-2001.csv'), { loop: true });
    while (!feed.waiting) feed.fill(newFrames(), 1e6, Number.POSITIVE_INFINITY);
    const waiting = feed.ready();
    await feed.close();
    await waiting;
    assert.equal(feed.ended, true);
  });

  it('a path that is missing or not a regular file is refused', async (t) => {
    await assert.rejects(openReplay('/nowhere/p.csv'), rejectedWith('/nowhere/p.csv', /no such file/));
    await assert.rejects(openReplay('/dev/zero'), rejectedWith('/dev/zero', /device/));
    const directory = tempDirectory(t);
    await assert.rejects(openReplay(directory), rejectedWith(directory, /directory/));
  });

  it('a file without the columns or without a valid row is refused, with what was found', async (t) => {
    await refused(t, '', /empty file/);
    await refused(t, '\n\n', /expected a header/);
    await refused(t, 'open,close\n1,2\n', /expected a header that names time.*found "open,close".*--columns/);
    await refused(t, '2001-07-31,A,5\n', /found "2001-07-31,A,5"/);
    await refused(t, HEADER, /there is none/);
    await refused(t, `${HEADER}1,A,x\n1,A,y\n`, /row 1 \(line 2\): the price is not a number: "x"/);
    await refused(t, FIVE, /a row of X, Y .*; there is none, and its symbols are [A-Z]+(, [A-Z]+)*$/, {
      symbols: ['X', 'Y'],
    });
    await refused(t, `${HEADER}1,AXP,5\n`, /there is none, and the closest symbol that it has is AXP$/, {
      symbols: ['AXPE'],
    });
    await refused(
      t,
      `${HEADER}${[...'ABCDEF'].map((symbol) => `1,${symbol},5\n`).join('')}`,
      /are A, B, C, D, E, \.\.\.$/,
      {
        symbols: ['NOPE'],
      },
    );
    await refused(
      t,
      `${HEADER}1,"A,5\n`,
      /expected a closing quote for row 1, which starts on line 2, after 0 rows/,
    );
    await refused(t, 'x'.repeat(200_000), /expected a header/);
  });

  it('ticks before the place where the file stops being CSV are given, then ready rejects', async (t) => {
    const path = tempFile(t, `${HEADER}${'1,A,5\n'.repeat(9000)}1,"A,5\n${'1,A,5\n'.repeat(20_000)}`);
    const feed = await opened(t, path);
    let ticks = 0;
    const readToTheEnd = async () => {
      for (;;) ticks += (await pull(feed, 1)).length;
    };
    const reported: FeedStatus[] = [];
    feed.onStatus((status) => reported.push(status));
    await assert.rejects(readToTheEnd(), rejectedWith(path, /starts on line 9002, after 9000 rows/));
    assert.equal(ticks, 9000);
    assert.deepEqual([feed.waiting, feed.ended], [true, false]);
    await assert.rejects(feed.ready(), (error: Error) => {
      assert.deepEqual(reported, [{ state: 'up' }, { state: 'down', reason: error.message }]);
      return error instanceof FeedFileError;
    });
  });

  it('ready rejects when the file is emptied between two loops', async (t) => {
    const path = tempFile(t, `${HEADER}${'1,A,5\n'.repeat(9000)}`);
    const feed = await opened(t, path, { loop: true });
    writeFileSync(path, HEADER);
    await assert.rejects(pull(feed, 1e6), rejectedWith(path, /expected a row/));
  });

  it('bad settings are refused', async () => {
    const path = dataFile('stocks-2000-2010.csv');
    for (const skip of [-1, 1.5, Number.NaN]) {
      await assert.rejects(openReplay(path, { skip }), FeedSettingError);
    }
    await assert.rejects(openReplay(path, { symbols: ['A*'] }), FeedSettingError);
  });
});
