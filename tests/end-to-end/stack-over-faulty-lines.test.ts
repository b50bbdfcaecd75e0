// Each connection of the stack fails again and again, in ways drawn from a seed. Every tick is applied once and
// in order or counted as missed, every order is recorded once, and both sides have the same positions.

import { test } from 'node:test';
import { testSeed } from '../seed.ts';
import { runOverFaultyLines } from './faulty-stack.ts';

test('no tick or order is repeated, or lost without being counted', { timeout: 180_000 }, async (t) => {
  t.diagnostic(await runOverFaultyLines(t, testSeed));
});
