// tickline video: records the film, by what lives outside of src/.

import { join } from 'node:path';
import { PROJECT_ROOT } from '../config/options.ts';
import { runNode } from './node-child.ts';

/** Passes all words on to video/main.ts; resolves to the exit status. */
export function recordVideo(words: readonly string[]): Promise<number> {
  return runNode([join(PROJECT_ROOT, 'video', 'main.ts'), ...words]);
}
