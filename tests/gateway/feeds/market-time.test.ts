import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timedTicks } from '../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import { MarketTime } from '../../../src/gateway/feeds/market-time.ts';
import { openReplay, type ReplaySettings } from '../../../src/gateway/feeds/replay.ts';
import { tempFile } from './files.ts';

const at = (epochMs: number) => ({ epochMs, ns: 0 });

test('market time is the timestamp, and stands still where timestamps go backwards', () => {
  const time = new MarketTime();
  assert.deepEqual(
    [-5, 10, 7, 12].map((ms) => time.next(at(ms))),
    [-5, 10, 10, 12],
  );
});

test('a source that starts again continues, with the same distances', () => {
  const time = new MarketTime();
  const pass = () => [100, 110, 130].map((ms) => time.next(at(ms)));
  assert.deepEqual(pass(), [100, 110, 130]);
  time.restart();
  assert.deepEqual(pass(), [130, 140, 160]);
  time.restart(3);
  assert.deepEqual(pass(), [220, 230, 250]);
});

const FILE =
  'date,symbol,price\n1990-03-01,A,1\n1990-03-01,B,2\n1990-03-02,A,3\n1990-03-02,B,4\n1990-03-05,A,5\n';
const DAY = 86_400_000;
const FIRST = Date.UTC(1990, 2, 1);

test('the ticks of a replay have the dates of the file, and a loop continues where they end', async (t) => {
  const ticks = await replay(t, { loop: true }, 10);
  assert.deepEqual(
    ticks.map(([timeMs]) => (timeMs - FIRST) / DAY),
    [0, 0, 1, 1, 4, 4, 4, 5, 5, 8],
  );
});

test('a replay that continues at any tick, in any pass, has the same times', async (t) => {
  const all = await replay(t, { loop: true }, 23);
  for (let skip = 1; skip < 20; skip++)
    assert.deepEqual(await replay(t, { loop: true, skip }, 23 - skip), all.slice(skip), `from ${skip}`);
});

async function replay(t: import('node:test').TestContext, settings: ReplaySettings, count: number) {
  const feed = await openReplay(tempFile(t, FILE), settings);
  t.after(() => feed.close());
  return timedTicks(feed, count);
}
