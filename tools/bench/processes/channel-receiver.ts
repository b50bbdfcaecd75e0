// Takes ticks from the process or the thread that started it: one a message, or columns of many.

import { isMainThread, parentPort } from 'node:worker_threads';
import { AppliedTicks } from '../baselines/applied-ticks.ts';
import { acknowledging } from '../baselines/carriers.ts';

/** One tick, or columns of them. */
export type ChannelMessage =
  | { readonly symbol: string; readonly price: number }
  | { readonly symbols: Int32Array; readonly prices: Float64Array };

const ticks = new AppliedTicks();
const tell = (messages: number) => {
  if (isMainThread) process.send?.(messages);
  else parentPort?.postMessage(messages);
};
const take = acknowledging(apply, tell);
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
    ticks.tell();
  }
}
