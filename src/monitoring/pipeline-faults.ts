// What keeps the pipeline from trading, from the book and its counters.

import { COUNTING_PROCESSES, type CountingProcess } from './counter-table.ts';
import { processState } from './process-state.ts';
import type { StackBook } from './stack-book.ts';

/** One fault of one process. */
export interface PipelineFault {
  readonly process: CountingProcess;
  /** In words: `dead`, `no news`. */
  readonly fault: string;
}

/** What a fault depends on besides its own counters. */
interface Surroundings {
  readonly hasEnded: boolean;
  /** See pipelineFaults(). */
  readonly where: string;
}

/**
 * All faults; none if ticks become orders. A symbol without ticks is not a fault while others have some.
 * @param where the words of a command line that name the stack, with a space before them
 */
export function pipelineFaults(book: StackBook, where = ''): PipelineFault[] {
  const hasEnded = processState(book, 'gateway').state === 'ended';
  return COUNTING_PROCESSES.flatMap((name) => {
    const { state } = processState(book, name);
    const inCluster = book.counter(`${name}.nats`) < 0 ? ['not connected to NATS'] : [];
    const faults = state === 'running' ? [...inCluster, ...FAULTS[name](book, { hasEnded, where })] : [state];
    return faults.map((fault) => ({ process: name, fault }));
  });
}

type FaultsOf = (book: StackBook, surroundings: Surroundings) => string[];

/** The faults that each process can have while it runs. Those that follow from a Gateway that has ended are left out. */
const FAULTS: Readonly<Record<CountingProcess, FaultsOf>> = {
  gateway: (book) => (book.counter('gateway.feedDown') === 1 ? ['its feed is down; its log says why'] : []),
  orderbook: (book, { hasEnded }) => [
    ...(book.header.ready ? [] : ['the book is not live']),
    ...(hasEnded || book.counter('orderbook.connected') === 1 ? [] : ['not connected to the Gateway']),
    ...(hasEnded ? [] : unreadShards(book)),
    ...(hasEnded || book.counter('orderbook.symbolsFresh') > 0 ? [] : ['no fresh price']),
  ],
  strategy: (book, { hasEnded }) => [
    ...(hasEnded || book.counter('strategy.newsConnected') === 1 ? [] : ['not connected to the news']),
    ...(book.counter('strategy.loggedOn') === 1 ? [] : ['not logged on to the OrderManager']),
    ...(book.counter('strategy.outboxLost') === 0 ? [] : ['its outbox is lost; its log says what to do']),
  ],
  'order-manager': (book, { where }) => [
    ...(book.counter('order-manager.recordLost') === 0
      ? []
      : ['its record is lost; its log says what to do']),
    ...(book.counter('order-manager.halted') > 0
      ? [`halted; ./tickline orders${where} shows what, and how to resume`]
      : []),
  ],
};

/** Prices of a shard that is not read are stale, and nothing else shows it while others are fresh. */
function unreadShards(book: StackBook): string[] {
  const [read, wanted] = [book.counter('orderbook.shardsRead'), book.counter('orderbook.shardsWanted')];
  return read < wanted ? [`reads ${read} of ${wanted} shards`] : [];
}
