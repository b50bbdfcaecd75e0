// tickline chaos: runs the chaos, which lives outside of src/.

import { join } from 'node:path';
import { PROJECT_ROOT } from '../config/options.ts';
import { runNode } from './node-child.ts';

/** Passes all words on to chaos/main.ts; resolves to the exit status. */
export function runChaos(words: readonly string[]): Promise<number> {
  return runNode([join(PROJECT_ROOT, 'chaos', 'main.ts'), ...words]);
}
