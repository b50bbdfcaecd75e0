// How benchmarks start the processes of a stack.

import { attachBook } from '../../src/monitoring/stack-book.ts';
import { type OptionValues, optionWords } from '../testing/option-words.ts';
import type { Stack } from '../testing/stack.ts';

export const SYMBOLS = 500;
/** No sentiment cuts a batch short. */
const NEWS_RARELY = '1000000000ticks';

/** Generated prices as fast as the OrderBook reads them, none left out. */
export const FULL_SPEED = {
  source: 'random',
  symbols: SYMBOLS,
  rate: 'max',
  lossless: true,
  newsEvery: NEWS_RARELY,
} satisfies OptionValues;

/** Starts an OrderBook and a Gateway, and returns when ticks reach the book. */
export async function startFeed(
  stack: Stack,
  feed: OptionValues,
  orderBookOptions: OptionValues = { lossless: true },
) {
  const orderbook = stack.start('orderbook', ...optionWords(orderBookOptions)).pid;
  const book = await stack.untilBook();
  const gateway = stack.start('gateway', ...optionWords(feed)).pid;
  await stack.untilServed(stack.newsPort);
  if (feed.lossless) standInForStrategy(stack);
  await stack.until('ticks reach the book', () => book.counter('orderbook.ticksApplied') > 0);
  return { book, pids: { orderbook, gateway } };
}

interface TraderOptions {
  readonly manager?: OptionValues;
  readonly orderBook?: OptionValues;
  readonly strategy?: OptionValues;
}

/** Starts an OrderManager, an OrderBook and a Strategy, and returns when the Strategy waits for ticks. */
export async function startTraders(
  stack: Stack,
  { manager = {}, orderBook = {}, strategy = {} }: TraderOptions = {},
) {
  const managerPid = stack.start('order-manager', ...optionWords(manager)).pid;
  const orderBookPid = stack.start('orderbook', ...optionWords(orderBook)).pid;
  await stack.untilServed(stack.orderPort);
  const book = await stack.untilBook();
  const strategyPid = stack.start('strategy', ...optionWords(strategy)).pid;
  await stack.until('the Strategy reads the book', () =>
    book.readers().some(({ pid }) => pid === strategyPid),
  );
  return { book, pids: { orderbook: orderBookPid, strategy: strategyPid, 'order-manager': managerPid } };
}

/** Shows a reader in the book that is done with every tick: a lossless Gateway waits for a Strategy. */
function standInForStrategy(stack: Stack): void {
  const book = attachBook(stack.bookName, { readOnly: false });
  book.claimSlot('benchmark', undefined, { required: true }).advance(Number.MAX_SAFE_INTEGER, 0);
}
