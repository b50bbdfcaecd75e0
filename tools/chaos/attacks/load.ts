// What an attack costs the Gateway: its pace, and its memory.

import { memoryOf } from '../../testing/proc.ts';
import type { Stack } from '../../testing/stack.ts';
import type { Outcome } from './attack.ts';
import { count } from './attack.ts';

const MEASURED_MS = 2_000;
const MS_PER_S = 1_000;
const MEBIBYTE = 1024 * 1024;
const GROWTH_MAX = 64 * MEBIBYTE;
/** Of the ticks per second before the attack. */
const PACE_MIN = 0.5;

export interface Load {
  readonly ticksPerSecond: number;
  /** Resident memory of the Gateway, in bytes. */
  readonly memory: number;
}

/** Measures for two seconds. */
export async function measureGateway(stack: Stack): Promise<Load> {
  const started = performance.now();
  const ticks = stack.counter('orderbook.ticksApplied');
  await stack.runFor(MEASURED_MS);
  const seconds = (performance.now() - started) / MS_PER_S;
  const ticksPerSecond = (stack.counter('orderbook.ticksApplied') - ticks) / seconds;
  return { ticksPerSecond, memory: memoryOf(stack.counter('gateway.pid')).resident };
}

/** Held if the OrderBook gets half of the ticks at least, and the Gateway has grown by less than `growthMax` bytes. */
export function compareLoads(before: Load, during: Load, growthMax = GROWTH_MAX): Outcome {
  const grown = during.memory - before.memory;
  const pace = `${count(before.ticksPerSecond)} → ${count(during.ticksPerSecond)} ticks per second`;
  return {
    held: during.ticksPerSecond >= PACE_MIN * before.ticksPerSecond && grown < growthMax,
    figure: `${pace}, the Gateway grew by ${(grown / MEBIBYTE).toFixed(1)} MiB`,
  };
}
