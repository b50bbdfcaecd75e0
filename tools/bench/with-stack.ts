// A stack for one run of a benchmark.

import { Stack } from '../testing/stack.ts';

/** Runs `body` with a stack that is closed afterwards, also after an error. */
export async function withStack<T>(
  body: (stack: Stack) => Promise<T>,
  output: 'memory' | 'files' = 'files',
): Promise<T> {
  await using stack = await Stack.open({ prefix: 'bench', supervised: true, output });
  return await body(stack);
}
