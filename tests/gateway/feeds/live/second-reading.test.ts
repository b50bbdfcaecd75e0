// A program in another language reads recorded sessions to the same ticks, losses and last prices.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { pull, snapshotOf } from '../../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import { openRecording } from '../../../../src/gateway/feeds/live/recorded-source.ts';
import { SeededRandom } from '../../../../src/gateway/feeds/random.ts';
import { temporaryFolder } from '../../../run-process.ts';
import { testSeed } from '../../../seed.ts';
import { FAKE_BINANCE, FAKE_COINBASE, FAKE_KRAKEN } from './fake-protocols.ts';

/** A folder of recorded sessions, which are not part of the project: `*.gz`. */
const RECORDINGS = process.env.TICKLINE_RECORDINGS;
const SCRIPT = fileURLToPath(new URL('read_session.py', import.meta.url));
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const MESSAGES = 5_000;
/** From one trade id to the next: a gap, an earlier trade, a repeated one, and the next ones. */
const STEPS = [3, -1, 0, 1, 1, 1, 1, 1, 1, 1];

interface Reading {
  readonly ticks: readonly string[];
  readonly gaps: number;
  readonly missed: number;
  readonly repeated: number;
  readonly last: Readonly<Record<string, string>>;
}

function readByPython(file: string): Reading {
  return JSON.parse(
    execFileSync('python3', [SCRIPT, file], { encoding: 'utf8', maxBuffer: OUTPUT_BYTES_MAX }),
  );
}

async function readHere(file: string): Promise<Reading> {
  const settings = { loop: false, skip: 0, lateMs: Number.POSITIVE_INFINITY, notify: () => {} };
  const feed = await openRecording(file, settings);
  try {
    const ticks = await pull(feed);
    const { gaps = 0, missed = 0, repeated = 0 } = feed.losses ?? {};
    const last = Object.fromEntries(snapshotOf(feed).map((frame) => frame.split(',')));
    return { ticks, gaps, missed, repeated, last };
  } finally {
    await feed.close();
  }
}

async function readTwice(file: string): Promise<Reading> {
  const reading = await readHere(file);
  assert.deepEqual(reading, readByPython(file));
  return reading;
}

for (const [name, protocol] of Object.entries({
  kraken: FAKE_KRAKEN,
  coinbase: FAKE_COINBASE,
  binance: FAKE_BINANCE,
})) {
  test(`a session of ${name} with gaps, repeats and disorder reads alike in Python`, async (t) => {
    const random = new SeededRandom(testSeed);
    const ids = [1_000, 5_000];
    const lines = Array.from({ length: MESSAGES }, (_, index) => {
      const which = random.below(2);
      ids[which] += STEPS[random.below(STEPS.length)];
      const price = `${random.below(100_000)}.${String(random.below(1_000)).padStart(3, '0')}1`;
      const timeMs = Date.UTC(2026, 2, 1) + index;
      return `${timeMs}000000 ${protocol.trade(protocol.symbols[which], ids[which], price, timeMs)}\n`;
    });
    const file = path.join(temporaryFolder(t), 'session.gz');
    fs.writeFileSync(file, zlib.gzipSync(lines.join('')));
    const { gaps, repeated } = await readTwice(file);
    assert.ok(gaps > 100 && repeated > 100);
  });
}

test('recorded sessions of real exchanges read alike in Python', async (t) => {
  if (RECORDINGS === undefined) return t.skip('TICKLINE_RECORDINGS names no folder of recorded sessions');
  const files = fs.readdirSync(RECORDINGS).filter((name) => name.endsWith('.gz'));
  assert.ok(files.length > 0);
  for (const name of files) {
    await t.test(name, async (t) => {
      const file = inOurForm(path.join(RECORDINGS, name), temporaryFolder(t));
      const { ticks, gaps, missed, last } = await readTwice(file);
      t.diagnostic(
        `${ticks.length} ticks, ${gaps} gaps, ${missed} missed, ${Object.keys(last).length} symbols`,
      );
      assert.ok(ticks.length > 0);
    });
  }
});

/** Cryptofeed records `seconds.fraction: message`; its other lines are addresses and what the client sent. */
function inOurForm(file: string, folder: string): string {
  const text = zlib.gunzipSync(fs.readFileSync(file)).toString('utf8');
  if (/^\d{16,19} /.test(text)) return file;
  const lines = text.matchAll(/^(\d{10})\.(\d{1,9}): (.*)$/gm);
  const ours = Array.from(lines, ([, s, fraction, message]) => `${s}${fraction.padEnd(9, '0')} ${message}\n`);
  const converted = path.join(folder, path.basename(file));
  fs.writeFileSync(converted, zlib.gzipSync(ours.join('')));
  return converted;
}
