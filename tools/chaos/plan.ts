// Which process is killed and when, drawn from a seed.

import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import type { ProcessName } from '../testing/stack.ts';

export const PROCESSES: readonly ProcessName[] = ['gateway', 'orderbook', 'strategy', 'order-manager'];

/** The next kill. */
export interface PlannedKill {
  readonly victim: ProcessName;
  /** How long the stack runs before it. */
  readonly waitMs: number;
  /** Whether it waits for the victim's worst moment, as every other kill does by chance. */
  readonly aimed: boolean;
}

const WAIT_MS_MAX = 400;

/** An endless sequence of kills. */
export function* plannedKills(seed: number): Generator<PlannedKill, never> {
  const random = new SeededRandom(seed);
  for (;;) {
    const victim = PROCESSES[random.below(PROCESSES.length)];
    yield { victim, waitMs: random.below(WAIT_MS_MAX), aimed: random.below(2) === 0 };
  }
}
