// Fuzzes every decoder for a minute, from a seed.

import { FILE_TARGETS } from '../fuzz/file-targets.ts';
import { fuzz } from '../fuzz/fuzzing.ts';
import { WIRE_TARGETS } from '../fuzz/wire-targets.ts';

const BUDGET_MS = 60_000;

for (const target of [...WIRE_TARGETS, ...FILE_TARGETS]) fuzz(target, BUDGET_MS);
