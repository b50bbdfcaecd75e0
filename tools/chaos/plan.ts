// Who is killed, when, and in which moment: the same for the same seed.

import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import type { ProcessName } from '../testing/stack.ts';

export const PROCESSES: readonly ProcessName[] = ['gateway', 'orderbook', 'strategy', 'order-manager'];

/** One kill to come. */
export interface PlannedKill {
  readonly victim: ProcessName;
  /** How long the stack runs before, in ms. */
  readonly waitMs: number;
  /** Every other kill, by chance: whether it waits for the worst moment that the victim has. */
  readonly aimed: boolean;
}

const WAIT_MS_MAX = 400;

/** Kills without end. */
export function* plannedKills(seed: number): Generator<PlannedKill, never> {
  const random = new SeededRandom(seed);
  for (;;) {
    const victim = PROCESSES[random.below(PROCESSES.length)];
    yield { victim, waitMs: random.below(WAIT_MS_MAX), aimed: random.below(2) === 0 };
  }
}
