// Starts bench, chaos and video, each a separate program.

import { join } from 'node:path';
import { PROJECT_ROOT } from '../src/platform/project-root.ts';
import { runNode } from './run-node.ts';

/** Runs `<tool>/main.ts` with these words. Resolves to its exit status. */
export function runTool(tool: 'bench' | 'chaos' | 'video', words: readonly string[]): Promise<number> {
  return runNode([join(PROJECT_ROOT, 'tools', tool, 'main.ts'), ...words]);
}
