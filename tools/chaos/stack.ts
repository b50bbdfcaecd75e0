// The stack that is put to the test: `./tickline run` under load.

import path from 'node:path';
import { laneId, lanePath } from '../../src/order-lane/lane-file.ts';
import { optionWords } from '../testing/option-words.ts';
import { Stack } from '../testing/stack.ts';
import type { StartedProcess } from '../testing/started-process.ts';

export const STRATEGY = 'crossover';
/** Shares: a strategy that trades holds this many, long or short. */
export const QUANTITY = 10;

const LOAD = {
  loop: true,
  rate: 20_000,
  newsEvery: '10ms', // the news turns often, so that orders are under way all the time
  ring: 2 ** 18, // ten seconds of ticks and more: no reader is lapped while it is down
  quantity: QUANTITY,
  strategyName: STRATEGY,
} as const;

/** A stack of which no process runs yet. `signal` ends every wait. */
export function openStack(signal: AbortSignal): Promise<Stack> {
  return Stack.open({ prefix: 'chaos', supervised: true, output: 'files', signal });
}

/** Starts all processes, with further options of `run`, and returns when orders are recorded. */
export async function startRun(stack: Stack, ...words: readonly string[]): Promise<StartedProcess> {
  const run = stack.start('run', ...optionWords(LOAD), ...words);
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 0);
  return run;
}

export type OrderPathName = 'tcp' | 'shared';

/** The file of the strategy's unanswered orders by TCP. */
export function outboxOf({ folder }: Stack): string {
  return path.join(folder, `orders.sqlite.${STRATEGY}.outbox`);
}

/** The same by a lane. */
export function laneOf(stack: Stack): string {
  return lanePath(stack.bookName, STRATEGY, laneId(outboxOf(stack)));
}
