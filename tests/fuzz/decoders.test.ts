// Fuzzes every decoder for a second; `./tickline test --long fuzz` for a minute each.

import { FILE_TARGETS } from './file-targets.ts';
import { fuzz } from './fuzzing.ts';
import { WIRE_TARGETS } from './wire-targets.ts';

const BUDGET_MS = 1_000;

for (const target of [...WIRE_TARGETS, ...FILE_TARGETS]) fuzz(target, BUDGET_MS);
