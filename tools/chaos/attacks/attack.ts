// What an attack is.

import type { Stack } from '../../testing/stack.ts';
import type { StartedProcess } from '../../testing/started-process.ts';

/** The stack that is attacked: it runs, under load, and nobody else uses it. */
export interface Target {
  readonly stack: Stack;
  readonly run: StartedProcess;
}

export interface Outcome {
  readonly held: boolean;
  /** What was measured, in a few words: the evidence for `held`. */
  readonly figure: string;
}

export interface Attack {
  /** What the attacker does. */
  readonly name: string;
  /** Whether it starts programs, or owns files, as another user, which only root can do. */
  readonly needsRoot?: true;
  /** Leaves the target running, unless it is the last. An error, such as a wait that times out, means: not held. */
  attempt(target: Target): Promise<Outcome>;
}

/** Each wait of an attack, in ms. */
export const WAIT_MS = 20_000;

/** Waits until the strategy's orders are filled again. @throws ConditionTimeoutError */
export async function untilTrading({ stack }: Target): Promise<void> {
  const filled = stack.counter('strategy.ordersFilled');
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > filled + 10, WAIT_MS);
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
