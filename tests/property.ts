// fast-check, which draws from the seed of the test run: the same inputs in every run, and others with another seed.

import fc from 'fast-check';
import { testSeed } from './seed.ts';

fc.configureGlobal({ seed: testSeed });

export default fc;
