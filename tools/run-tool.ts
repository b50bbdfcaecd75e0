// The doors to the tools beside src/: each is a program of its own.

import { join } from 'node:path';
import { PROJECT_ROOT } from '../src/platform/project-root.ts';
import { runNode } from './run-node.ts';

/** Passes all words on to `<tool>/main.ts`; resolves to the exit status. */
export function runTool(tool: 'bench' | 'chaos' | 'video', words: readonly string[]): Promise<number> {
  return runNode([join(PROJECT_ROOT, 'tools', tool, 'main.ts'), ...words]);
}
