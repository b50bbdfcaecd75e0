// The shared file of these tests. The fields of a row follow from one number, so a row that mixes two is detected.

import fs from 'node:fs';
import type { TestContext } from 'node:test';
import { counters, doorbell, lock, type Row, ring, table } from '@tickline/price-book/shared-memory';

export const STATIONS = 4;
export const ALARMS = 256;
const FIELDS = { place: { text: 24 }, celsius: 'f64', readings: 'u64', change: 'i32' } as const;

export const WEATHER = {
  stations: table(STATIONS, FIELDS),
  alarms: ring(ALARMS, FIELDS),
  bell: doorbell(),
  leader: lock(),
  counts: counters('readings', 'alarms'),
};

/** Just below 2^32, so that both words of `readings` change. */
const READINGS_BASE = 2 ** 32 - 20_000;

/** The row number n. */
export function rowOf(n: number): Row<typeof FIELDS> {
  return { place: `station ${n}`, celsius: n / 8, readings: READINGS_BASE + n, change: 0 - n };
}

/** The number of a row; NaN if its fields belong to several. */
export function numberOf({ place, celsius, readings, change }: Row<typeof FIELDS>): number {
  const n = -change;
  return place === `station ${n}` && celsius === n / 8 && readings === READINGS_BASE + n ? n : Number.NaN;
}

let made = 0;

/** A name for a file. The file is removed when the test ends, even if it fails. */
export function uniqueFile(t: TestContext): string {
  const name = `weather-test-${process.pid}-${made++}`;
  t.after(() => fs.rmSync(`/dev/shm/${name}`, { force: true }));
  return name;
}
