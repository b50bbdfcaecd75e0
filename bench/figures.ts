// What is told of the latencies of a window, by every benchmark and every process that takes some.

import type { Latency } from '../src/system/latency.ts';
import type { Stack } from './stack.ts';

export const FIGURES = {
  mean: ['ns', 'lower'],
  p50: ['ns', 'lower'],
  p90: ['ns', 'lower'],
  p99: ['ns', 'lower'],
  'p99.9': ['ns', 'lower'],
  max: ['ns', 'lower'],
  events: ['count', 'none'],
} as const;

/** In ns, and how many there were. */
export type Figures = Record<keyof typeof FIGURES, number>;

export function figuresOf(latency: Latency): Figures {
  return {
    mean: latency.mean,
    p50: latency.percentile(50),
    p90: latency.percentile(90),
    p99: latency.percentile(99),
    'p99.9': latency.percentile(99.9),
    max: latency.max,
    events: latency.count,
  };
}

/** Asks a program that prints its figures with every SIGUSR2: those since it was asked last. */
export async function askFigures(stack: Stack, name: string, pid: number): Promise<Figures> {
  const said = stack.linesOf(name).length;
  process.kill(pid, 'SIGUSR2');
  await stack.until(`the figures of ${name}`, () => stack.linesOf(name).length > said);
  return JSON.parse(stack.linesOf(name)[said]);
}
