// A process that shares WEATHER: <role> <file> [number]. It prints one line when it is ready.

import fs from 'node:fs';
import { futexTimeout } from '@tickline/posix';
import { createSharedFile, openSharedFile } from '@tickline/price-book/shared-memory';
import { args, hear, say } from '../concurrency/child-side.ts';
import { numberOf, rowOf, STATIONS, WEATHER } from './weather.ts';

const [role = '', name = '', number = '0'] = args;
const count = Number(number);

/** Writes rows of all parts at full speed: `count` of them, or until it is killed. */
async function write(): Promise<void> {
  const file = createSharedFile(name, WEATHER);
  const { stations, alarms, bell } = file.parts;
  const { takenOver, repairedRows, epoch } = file;
  const first = alarms.reader().published;
  say({ takenOver, repairedRows, epoch, first });
  for (let n = first; count === 0 || n < count; n++) {
    stations.write(n % STATIONS, rowOf(n));
    alarms.push(rowOf(n));
    if (n % 16 === 0) bell.ring();
  }
  await hear();
  file.close();
}

/** Reads rows, and reports how many were torn. */
function read(): void {
  const { stations } = openSharedFile(name, WEATHER).parts;
  let torn = 0;
  for (let n = 0; n < count; n++) {
    const row = stations.read(n % STATIONS);
    if (row && Number.isNaN(numberOf(row))) torn++;
  }
  say({ torn });
}

/** Sleeps until the bell rings, again and again: without a wake-up for longer than a test lasts. */
async function sleep(): Promise<void> {
  const { bell } = openSharedFile(name, WEATHER, { writable: true }).parts;
  for (;;) {
    const before = bell.value;
    say('asleep');
    await bell.wait(before, futexTimeout(600e9));
  }
}

/** Counts until the bell rings, and reports how often. */
async function countUp(): Promise<void> {
  const file = openSharedFile(name, WEATHER, { writable: true });
  const { counts, bell } = file.parts;
  const before = bell.value;
  let n = 1;
  counts.add('readings'); // first, so that the test may kill it from now on
  say('counting');
  for (; bell.value === before; n++) counts.add('readings');
  say(n);
  await hear();
  file.close();
}

/** Writes a row and pushes another, and dies in the middle of one of them. */
function die(): void {
  const { stations, alarms } = createSharedFile(name, WEATHER).parts;
  stations.write(0, rowOf(0));
  alarms.push(rowOf(0));
  let looks = 0;
  const deadly = {
    ...rowOf(1),
    get readings(): number {
      looks++;
      if (looks === 2) process.kill(process.pid, 'SIGKILL'); // the first look checks the value, the second writes it
      return rowOf(1).readings;
    },
  };
  if (role === 'die writing') stations.write(0, deadly);
  else alarms.push(deadly);
}

/** Takes the lock `count` times, and each time makes a file that must not exist; then keeps the lock until it is killed. */
async function lead(): Promise<void> {
  const { leader } = openSharedFile(name, WEATHER, { writable: true }).parts;
  const proof = `/dev/shm/${name}.proof`;
  let clashes = 0;
  for (let n = 0; n < count; n++) {
    while (!leader.tryAcquire());
    try {
      fs.closeSync(fs.openSync(proof, 'wx'));
      fs.rmSync(proof);
    } catch {
      clashes++;
    }
    leader.release();
  }
  say({ clashes });
  await hear(); // until the other one has contended as often
  while (!leader.tryAcquire()) await new Promise((resolve) => setTimeout(resolve, 5));
  say('leads');
  setInterval(() => {}, 1000); // keeps it until it is killed
}

const roles: Readonly<Record<string, () => unknown>> = {
  write,
  read,
  sleep,
  count: countUp,
  lead,
  'die writing': die,
  'die pushing': die,
};
await roles[role]?.();
