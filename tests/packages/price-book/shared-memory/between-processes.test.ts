// What the parts of a shared file guarantee between processes that contend, and when one is killed.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import {
  createSharedFile,
  HalfWrittenError,
  isWritten,
  openSharedFile,
  SharedFileInUseError,
  sharedPath,
} from '@tickline/price-book/shared-memory';
import { WatchedProcess } from '../concurrency/watched-process.ts';
import { numberOf, rowOf, STATIONS, uniqueFile, WEATHER } from './weather.ts';

const WATCHDOG = { timeout: 60_000 };
const READS = 100_000;
const ROWS = 200_000;
const KILLS = 6;
/** So many that most find all processes asleep. */
const RINGS = 20;

const start = (t: TestContext, role: string, name: string, count = 0) =>
  new WatchedProcess(t, '../shared-memory/weather-process.ts', [role, name, count]);

async function writing(t: TestContext, count = 0): Promise<{ name: string; writer: WatchedProcess }> {
  const name = uniqueFile(t);
  const writer = start(t, 'write', name, count);
  await writer.nextLine();
  return { name, writer };
}

test('no row is torn under a writer at full speed, here and in another process', WATCHDOG, async (t) => {
  const { name } = await writing(t);
  const other = start(t, 'read', name, READS);
  const { stations } = openSharedFile(name, WEATHER).parts;
  let torn = 0;
  let writes = 0;
  let last = stations.writes(0);
  for (let n = 0; n < READS || writes < 1000; n++) {
    const row = stations.read(n % STATIONS);
    if (row && Number.isNaN(numberOf(row))) torn++;
    if (stations.writes(0) !== last) writes++;
    last = stations.writes(0);
    if (n % 1000 === 0) await setImmediate();
    if (t.signal.aborted) break;
  }
  assert.equal(torn, 0);
  assert.deepEqual(await other.nextLine(), { torn: 0 });
});

test('every row of the ring is seen once and in order, or counted as lapped', WATCHDOG, async (t) => {
  const { name, writer } = await writing(t, ROWS);
  const reader = openSharedFile(name, WEATHER).parts.alarms.reader(0);
  let seen = 0;
  while (reader.cursor < ROWS && !t.signal.aborted) {
    const rows = reader.read(64);
    const first = reader.cursor - rows.length;
    assert.ok(rows.every((row, i) => numberOf(row) === first + i));
    seen += rows.length;
    if (rows.length === 0) await setImmediate();
  }
  assert.equal(seen + reader.lapped, ROWS);
  t.diagnostic(`${seen} seen, ${reader.lapped} lapped`);
  await writer.closeInput();
  assert.ok(!fs.existsSync(sharedPath(name)));
});

test(
  'a file whose writer is killed at any moment is continued by the next, for the same readers',
  WATCHDOG,
  async (t) => {
    const name = uniqueFile(t);
    let writer = start(t, 'write', name);
    await writer.nextLine();
    const { ino } = fs.statSync(sharedPath(name));
    const file = openSharedFile(name, WEATHER);
    const reader = file.parts.alarms.reader(0);
    let repaired = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      const goal = reader.published + 100 + Math.random() * 2000;
      while (reader.published < goal && !t.signal.aborted) await setImmediate();
      await writer.kill();
      assert.equal(isWritten(name), false);
      writer = start(t, 'write', name);
      const next = (await writer.nextLine()) as { takenOver: boolean; repairedRows: number; epoch: number };
      assert.deepEqual([next.takenOver, next.epoch], [true, kill + 1]);
      repaired += next.repairedRows;
      for (let station = 0; station < STATIONS; station++) {
        const row = file.parts.stations.read(station);
        assert.ok(row === undefined || !Number.isNaN(numberOf(row)));
      }
      for (const row of reader.read()) assert.ok(!Number.isNaN(numberOf(row)));
    }
    assert.equal(fs.statSync(sharedPath(name)).ino, ino);
    assert.equal(file.replaced, false);
    t.diagnostic(`${repaired} rows were half written`);
  },
);

test('a second writer is refused while the first one lives, and named', WATCHDOG, async (t) => {
  const { name, writer } = await writing(t);
  assert.equal(isWritten(name), true);
  assert.throws(
    () => createSharedFile(name, WEATHER),
    (error) => {
      assert.ok(error instanceof SharedFileInUseError);
      return error.writerPid === writer.pid;
    },
  );
});

test('one ring of the bell wakes every process that sleeps', WATCHDOG, async (t) => {
  const name = uniqueFile(t);
  const file = createSharedFile(name, WEATHER);
  t.after(() => file.close());
  const sleepers = [start(t, 'sleep', name), start(t, 'sleep', name), start(t, 'sleep', name)];
  for (let round = 0; round < RINGS; round++) {
    for (const sleeper of sleepers) assert.equal(await sleeper.nextLine(), 'asleep');
    file.parts.bell.ring();
  }
  for (const sleeper of sleepers) assert.equal(await sleeper.nextLine(), 'asleep');
});

test('of processes that contend for a lock one has it, and a killed one gives it up', WATCHDOG, async (t) => {
  const name = uniqueFile(t);
  const file = createSharedFile(name, WEATHER);
  t.after(() => file.close());
  const both = [start(t, 'lead', name, 300), start(t, 'lead', name, 300)];
  for (const one of both) assert.deepEqual(await one.nextLine(), { clashes: 0 });
  for (const one of both) one.send('go');
  const lines = both.map((one) => one.nextLine());
  const first = await Promise.race(lines.map(async (line, index) => (await line) && index));
  assert.equal(file.parts.leader.isTaken, true);
  assert.equal(file.parts.leader.tryAcquire(), false);
  await both[Number(first)]?.kill();
  assert.equal(await lines[1 - Number(first)], 'leads');
});

test(
  'counters lose nothing of processes that count at the same time, nor of one that is killed',
  WATCHDOG,
  async (t) => {
    const name = uniqueFile(t);
    const file = createSharedFile(name, WEATHER);
    t.after(() => file.close());
    const all = [start(t, 'count', name), start(t, 'count', name), start(t, 'count', name)];
    for (const one of all) assert.equal(await one.nextLine(), 'counting');
    const { counts, bell } = file.parts;
    while (counts.get('readings') < 2_000_000 && !t.signal.aborted) await setImmediate();
    const [killed, ...others] = all;
    await killed?.kill();
    bell.ring();
    const counted = await Promise.all(others.map((other) => other.nextLine()));
    const ofKilled = counts.get('readings') - counted.reduce((sum: number, n) => sum + Number(n), 0);
    assert.ok(Number.isInteger(ofKilled) && ofKilled > 0, `${ofKilled}`);
    const next = openSharedFile(name, WEATHER, { writable: true }); // it continues the line of the killed one
    t.after(() => next.close());
    const before = counts.get('readings');
    next.parts.counts.add('readings', 3);
    counts.add('readings', 7);
    assert.equal(counts.get('readings'), before + 3 + 7);
    assert.equal(counts.get('alarms'), 0);
  },
);

for (const [how, repaired] of [
  ['die writing', 1],
  ['die pushing', 0],
] as const) {
  test(`a writer killed in the middle of a row leaves nothing half (${how})`, WATCHDOG, async (t) => {
    const name = uniqueFile(t);
    const dead = start(t, how, name);
    assert.equal(await dead.exitSignal(), 'SIGKILL');
    const { stations, alarms } = openSharedFile(name, WEATHER).parts;
    const reader = alarms.reader(0);
    if (repaired > 0) assert.throws(() => stations.read(0), HalfWrittenError);
    const file = createSharedFile(name, WEATHER);
    t.after(() => file.close());
    assert.deepEqual([file.takenOver, file.repairedRows], [true, repaired]);
    assert.deepEqual(stations.read(0), repaired > 0 ? undefined : rowOf(0));
    file.parts.alarms.push(rowOf(2));
    assert.deepEqual(reader.read(), [rowOf(0), rowOf(2)]);
  });
}
