// tickline bench: runs the benchmarks, which live outside of src/.

import { join } from 'node:path';
import { PROJECT_ROOT } from '../config/options.ts';
import { runNode } from './node-child.ts';

/** Passes all words on to bench/main.ts; resolves to the exit status. */
export function runBench(words: readonly string[]): Promise<number> {
  return runNode([join(PROJECT_ROOT, 'bench', 'main.ts'), ...words]);
}
