// Commands that find a stack by its name alone.

import type { TestContext } from 'node:test';
import { MAIN, type Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { temporaryFolder } from '../run-process.ts';

/** Runs a command that names nothing but the stack, in a folder of its own. */
export async function elsewhere(t: TestContext, stack: Stack, ...words: string[]): Promise<StartedProcess> {
  const inFolder = ['env', '-C', temporaryFolder(t)];
  const named = [...words, '--no-config', '--stack', stack.bookName];
  const started = stack.spawn(words[0], [...inFolder, process.execPath, MAIN, ...named]);
  await stack.untilExited(started);
  return started;
}
