// Receives ticks from the process or thread that started it: one per message, or columns of many.

import { isMainThread, parentPort } from 'node:worker_threads';
import { AppliedTicks } from '../baselines/applied-ticks.ts';
import { acknowledging } from '../baselines/carriers.ts';

/** One tick, or columns of many. */
export type ChannelMessage =
  | { readonly symbol: string; readonly price: number }
  | { readonly symbols: Int32Array; readonly prices: Float64Array };

const ticks = new AppliedTicks();
const acknowledge = (messages: number) => {
  if (isMainThread) process.send?.(messages);
  else parentPort?.postMessage(messages);
};
const take = acknowledging(apply, acknowledge);
if (isMainThread) {
  process.on('message', take);
  process.on('disconnect', () => process.exit(0));
} else {
  parentPort?.on('message', take);
}

function apply(message: ChannelMessage): void {
  if ('symbols' in message) {
    ticks.columns(message.symbols, message.prices);
  } else {
    ticks.one(ticks.symbolIndex(message.symbol), message.price);
    ticks.report();
  }
}
