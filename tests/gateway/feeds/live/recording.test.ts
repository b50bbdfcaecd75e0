// A recorded session replays to the same ticks.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import zlib from 'node:zlib';
import { pull, timedTicks } from '../../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import { openRecording } from '../../../../src/gateway/feeds/live/recorded-source.ts';
import { FileRecorder, RecordingError } from '../../../../src/gateway/feeds/live/recorder.ts';
import { isRecording } from '../../../../src/gateway/feeds/live/recording.ts';
import { FEEDS } from '../../../../src/settings/feeds.ts';
import { until } from '../../../../tools/testing/poll.ts';
import { temporaryFolder } from '../../../run-process.ts';
import { conformsToFeed } from '../conformance.ts';
import { FAKE_KRAKEN } from './fake-protocols.ts';
import { MARKETS, Stage } from './stage.ts';

const SETTINGS = { loop: false, skip: 0, lateMs: 60_000, notify: () => {} };
const START_MS = Date.UTC(2026, 2, 1);

/** A recording of trades of Kraken, one per second, each received 20 ms after it was made. */
function recorded(t: Pick<TestContext, 'after'>, trades: number, name = 'session.gz'): string {
  const folder = temporaryFolder(t as TestContext);
  const lines = Array.from({ length: trades }, (_, index) => {
    const madeMs = START_MS + index * 1_000;
    const symbol = FAKE_KRAKEN.symbols[index % 2];
    const id = 1 + Math.floor(index / 2);
    return `${madeMs + 20}000000 ${FAKE_KRAKEN.trade(symbol, id, String(100 + index), madeMs)}\n`;
  });
  const file = path.join(folder, name);
  fs.writeFileSync(file, name.endsWith('.gz') ? zlib.gzipSync(lines.join('')) : lines.join(''));
  return file;
}

for (const market of MARKETS) {
  it(`a session of ${market.exchange.name} replays to the ticks and losses of the live feed`, async (t) => {
    const record = path.join(temporaryFolder(t), 'session.gz');
    const [first, second] = market.fake.symbols;
    const stage = await (await Stage.open(t, market, { record })).run();
    const send = (symbol: string, id: number) =>
      stage.fake.send(market.fake.trade(symbol, id, `${id}.50`, Date.now()));
    for (const id of [1_001, 1_002, 1_005, 1_004, 1_005]) send(first, id);
    for (const id of [7, 8]) send(second, id);
    stage.fake.send('{}');
    await stage.untilTicks(5);
    stage.fake.cut();
    await until('it has subscribed again', () => stage.fake.subscriptions.length === 2);
    await until('it is a subscriber', () => stage.fake.subscribers === 1);
    send(first, 1_010);
    await stage.untilTicks(6);
    await stage.feed.close();

    assert.ok(await isRecording(record));
    const replay = await openRecording(record, SETTINGS);
    t.after(() => replay.close());
    assert.deepEqual(await pull(replay), stage.ticks);
    assert.deepEqual(replay.losses, { ...stage.feed.losses, connections: 0 });
    assert.equal(replay.rejectedRows, stage.feed.rejectedRows);
  });
}

describe('a recorded session', () => {
  let file = '';
  const closers: (() => void)[] = [];
  it('is made', () => {
    file = recorded({ after: (close) => closers.push(close as () => void) }, 40);
  });
  conformsToFeed(FEEDS.replay, (skip) => openRecording(file, { ...SETTINGS, loop: true, skip }));
  it('is removed', () => {
    for (const close of closers) close();
  });

  it('is paced by the times at which its messages came, and has the times of its trades', async (t) => {
    const replay = await openRecording(recorded(t, 4), SETTINGS);
    t.after(() => replay.close());
    assert.deepEqual(await timedTicks(replay, 4), [
      [START_MS, 'BTC/USD,100'],
      [START_MS + 1_000, 'ETH/USD,101'],
      [START_MS + 2_000, 'BTC/USD,102'],
      [START_MS + 3_000, 'ETH/USD,103'],
    ]);
    assert.equal(replay.nextTimeNs, 3e9);
  });

  it('may be uncompressed, and limited to some symbols', async (t) => {
    const file = recorded(t, 6, 'session.txt');
    assert.ok(await isRecording(file));
    const replay = await openRecording(file, { ...SETTINGS, symbols: ['ETH/USD'] });
    t.after(() => replay.close());
    assert.deepEqual(await pull(replay), ['ETH/USD,101', 'ETH/USD,103', 'ETH/USD,105']);
  });

  it('that was cut short with its process is replayed as far as it goes', async (t) => {
    const file = recorded(t, 2_000);
    fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2));
    const notices: string[] = [];
    const replay = await openRecording(file, { ...SETTINGS, notify: ({ message }) => notices.push(message) });
    t.after(() => replay.close());
    const ticks = await pull(replay);
    assert.ok(ticks.length > 100 && ticks.length < 2_000, String(ticks.length));
    assert.match(notices[0], /cut short/);
  });

  it('with lines of another form counts them', async (t) => {
    const file = recorded(t, 4, 'session.txt');
    fs.appendFileSync(
      file,
      'not a line\n1772323200000000000 {"channel":"trade","type":"update","data":[{}]}\n',
    );
    const replay = await openRecording(file, SETTINGS);
    t.after(() => replay.close());
    assert.equal((await pull(replay)).length, 4);
    assert.equal(replay.rejectedRows, 2);
  });

  it('may begin with messages of no exchange, such as answers to other requests', async (t) => {
    const file = recorded(t, 4, 'session.txt');
    const answer = '1772323200000000000 {"lastUpdateId":1,"bids":[],"asks":[]}\n';
    fs.writeFileSync(file, answer.repeat(2) + fs.readFileSync(file, 'utf8'));
    const replay = await openRecording(file, SETTINGS);
    t.after(() => replay.close());
    assert.equal((await pull(replay)).length, 4);
    assert.equal(replay.rejectedRows, 2);
    assert.match(replay.lastRejection ?? '', /of no exchange/);
  });

  it('of an exchange that is not known is refused', async (t) => {
    const file = path.join(temporaryFolder(t), 'other.txt');
    const line = '1772323200000000000 {"op":"subscribe"}\n';
    for (const lines of [1, 2_000]) {
      fs.writeFileSync(file, line.repeat(lines));
      await assert.rejects(openRecording(file, SETTINGS), /no exchange that Tickline knows/);
    }
  });

  it('is told from a file of prices', async (t) => {
    const file = path.join(temporaryFolder(t), 'a.csv');
    for (const text of ['timestamp,symbol,price\n1772323200000,A,1\n', '1772323200000000000 1\n', '']) {
      fs.writeFileSync(file, text);
      assert.equal(await isRecording(file), false, text);
    }
    assert.equal(await isRecording('/nonexistent'), false);
  });
});

describe('the recorder', () => {
  it('never writes over a file', (t) => {
    const file = recorded(t, 1);
    assert.throws(() => FileRecorder.open(file, false, () => {}), RecordingError);
    assert.throws(() => FileRecorder.open('/nonexistent/a.gz', false, () => {}), RecordingError);
  });

  it('continues in the next file after the Gateway was killed', async (t) => {
    const file = recorded(t, 1);
    const second = FileRecorder.open(file, true, () => {});
    const third = FileRecorder.open(file, true, () => {});
    await Promise.all([second.close(), third.close()]);
    const names = [second, third].map((recorder) => path.basename(recorder.path));
    assert.deepEqual(names, ['session.2.gz', 'session.3.gz']);
  });

  it('leaves no file of a feed that sent no message', async (t) => {
    const file = `${recorded(t, 1)}.new`;
    const recorder = FileRecorder.open(file, false, () => {});
    await recorder.close();
    assert.ok(!fs.existsSync(file));
  });
});
