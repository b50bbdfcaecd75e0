// Ticks whose fields are derived from their sequence numbers.

import { TickRun } from '../../../packages/price-book/tick-batch.ts';

/** `count` ticks of the symbols 0 to `symbols` - 1 in turn; the price of each is its number. */
export function numberedRun(firstSequence: number, count: number, symbols = 1): TickRun {
  const run = new TickRun(count);
  for (let i = 0; i < count; i++) {
    run.symbols[i] = (firstSequence + i) % symbols;
    run.prices[i] = firstSequence + i;
  }
  run.count = count;
  run.firstSequence = firstSequence;
  run.timeNs = 1;
  return run;
}

/** Returns when performance.now() is another than it was. */
export function letClockMove(): void {
  const before = performance.now();
  while (performance.now() === before);
}
