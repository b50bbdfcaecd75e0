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

/** Sleeps until the bell rings: without a wake-up for longer than a test lasts. */
async function sleep(): Promise<void> {
  const { bell } = openSharedFile(name, WEATHER, { writable: true }).parts;
  const before = bell.value;
  say('asleep');
  await bell.wait(before, futexTimeout(600e9));
  say('awake');
}

/** Counts `count` times, or until it is killed. */
async function countUp(): Promise<void> {
  const file = openSharedFile(name, WEATHER, { writable: true });
  const { counts } = file.parts;
  say('counting');
  for (let n = 0; count === 0 || n < count; n++) counts.add('readings');
  say('counted');
  await hear();
  file.close();
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
  while (!leader.tryAcquire()) await new Promise((resolve) => setTimeout(resolve, 5));
  say('leads');
  await hear();
}

const roles: Readonly<Record<string, () => unknown>> = { write, read, sleep, count: countUp, lead };
await roles[role]?.();
