// As tests/system/stack-over-faulty-lines.test.ts, for many seeds.

import { test } from 'node:test';
import { testSeed } from '../seed.ts';
import { runOverFaultyLines } from '../system/faulty-stack.ts';

const RUNS = 20;

for (let run = 0; run < RUNS; run++) {
  const seed = testSeed + run;
  test(`seed ${seed}: no tick and no order is lost uncounted, or doubled`, {
    timeout: 240_000,
  }, async (t) => {
    t.diagnostic(await runOverFaultyLines(t, seed));
  });
}
