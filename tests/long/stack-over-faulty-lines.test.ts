// Faults on every line of a stack, for many seeds.

import { test } from 'node:test';
import { runOverFaultyLines } from '../end-to-end/faulty-stack.ts';
import { testSeed } from '../seed.ts';

const RUNS = 20;

for (let run = 0; run < RUNS; run++) {
  const seed = testSeed + run;
  test(`seed ${seed}: every tick and order is processed once, or counted as lost`, {
    timeout: 240_000,
  }, async (t) => {
    t.diagnostic(await runOverFaultyLines(t, seed));
  });
}
