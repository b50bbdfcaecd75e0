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
      for (const [damage, damaged] of Object.entries(damagedCopies(file, temporaryFolder(t)))) {
        const { ticks, gaps, missed, repeated } = await readTwice(damaged);
        t.diagnostic(
          `${damage}: ${ticks.length} ticks, ${gaps} gaps, ${missed} missed, ${repeated} repeated`,
        );
      }
    });
  }
});

/** The session cut in the middle, with lines missing, with lines twice, and with lines in another order. */
function damagedCopies(file: string, folder: string): Readonly<Record<string, string>> {
  const packed = fs.readFileSync(file);
  const lines = zlib
    .gunzipSync(packed)
    .toString('utf8')
    .split(/(?<=\n)/);
  const random = new SeededRandom(testSeed);
  const bytes = {
    'cut short': packed.subarray(0, Math.floor(packed.length / 2)),
    'with lines missing': zipped(lines.filter(() => random.below(20) > 0)),
    'with lines twice': zipped(lines.flatMap((line) => (random.below(20) === 0 ? [line, line] : [line]))),
    'out of order': zipped(shuffledWithin(lines, 50, random)),
  };
  return Object.fromEntries(
    Object.entries(bytes).map(([damage, content]) => {
      const copy = path.join(folder, `${damage.replaceAll(' ', '-')}.gz`);
      fs.writeFileSync(copy, content);
      return [damage, copy];
    }),
  );
}

function zipped(lines: readonly string[]): Buffer {
  return zlib.gzipSync(lines.join(''));
}

/** Each line moves by fewer than `distance` places. */
function shuffledWithin(lines: readonly string[], distance: number, random: SeededRandom): string[] {
  const placed = lines.map((line, index) => ({ line, place: index + random.below(distance) }));
  return placed.sort((a, b) => a.place - b.place).map(({ line }) => line);
}

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
