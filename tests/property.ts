// fast-check, seeded by the test run: the same seed gives the same inputs.

import fc from 'fast-check';
import { testSeed } from './seed.ts';

fc.configureGlobal({ seed: testSeed });

export default fc;
