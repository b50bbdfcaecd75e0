// The summary of a run agrees with its data file, for the files and rates that tests/end-to-end/ leaves out.

import { test } from 'node:test';
import { assertAddsUp } from '../end-to-end/summary-checks.ts';

const RUNS = [
  { file: 'dow30-1990-2001.csv', rate: 'max', trades: false },
  { file: 'sp500-2001.csv', rate: '20000', trades: true },
  { file: 'stocks-2000-2010.csv', rate: '20000', trades: false },
];

for (const run of RUNS)
  test(`the summary of ${run.file} at ${run.rate} ticks per second adds up`, { timeout: 180_000 }, (t) =>
    assertAddsUp(t, run),
  );
