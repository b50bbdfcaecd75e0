// Gateway ══ TCP ══▶ ✂ ══ TCP ══▶ OrderBook ──▶ table and ring
//    real prices     a proxy that cuts the connection, once or for a while

import net from 'node:net';
import path from 'node:path';
import type { StackBook } from '../../src/monitoring/stack-book.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { type OptionValues, optionWords } from '../testing/option-words.ts';
import type { Stack } from '../testing/stack.ts';
import type { StartedProcess } from '../testing/started-process.ts';
import { type Bench, type Benchmark, type Case, type Measure, measure } from './benchmark.ts';
import { SYMBOLS } from './start.ts';
import { withStack } from './with-stack.ts';

const DOW30 = path.join(PROJECT_ROOT, 'data', 'dow30-1990-2001.csv');
const SP500 = path.join(PROJECT_ROOT, 'data', 'sp500-2001.csv');
const CUTS = 20;
const LONG_CUTS = 5;
/** A client takes a connection of less than a second for a failure, and waits for longer before the next one. */
const BETWEEN_CUTS_MS = 1_200;
const LONG_CUT_MS = 500;

export const losses: Benchmark = {
  name: 'losses',
  title: 'Dropped connections and missing data',
  about:
    'A cut resets both sides of the connection between Gateway and OrderBook; down time is from the cut to the next applied tick. In the second case nobody can connect for half a second, and the Gateway keeps only its smallest replay window. In the third, 645 of 51,500 prices in the file are missing.',
  file: 'losses.ts',
  run: async (bench) => [
    await withStack((stack) => shortCuts(bench, stack)),
    await withStack((stack) => longCuts(bench, stack)),
    await withStack((stack) => missingPrices(bench, stack)),
  ],
};

/** A proxy in front of the Gateway's price port. */
class PriceProxy {
  readonly #sockets = new Set<net.Socket>();
  readonly #server: net.Server;
  #open = true;
  /** Called when a connection is accepted, before any byte has passed. */
  onConnection = () => {};

  constructor(to: number) {
    this.#server = net.createServer((client) => {
      if (!this.#open) {
        client.destroy();
        return;
      }
      this.onConnection();
      const server = net.connect(to, LOOPBACK);
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => this.#sockets.delete(socket));
      }
      pipe(client, server);
      pipe(server, client);
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, LOOPBACK, resolve));
    return (this.#server.address() as net.AddressInfo).port;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Whether it accepts connections from now on. */
  set open(open: boolean) {
    this.#open = open;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}

/** Passes bytes on. After one side has closed, its last bytes are still delivered. */
function pipe(from: net.Socket, to: net.Socket): void {
  from.pipe(to);
  from.on('close', () => to.destroySoon());
}

async function shortCuts({ effort, progress }: Bench, stack: Stack): Promise<Case> {
  const cuts = effort.quick ? 2 : CUTS;
  const name = `${cuts} cuts during a replay`;
  progress(name);
  const feed = await start(stack, { source: 'replay', data: DOW30, loop: true, rate: 20_000 });
  const downMs: number[] = [];
  while (downMs.length < cuts) {
    await stack.runFor(BETWEEN_CUTS_MS);
    downMs.push(await cutAndWait(stack, feed, 0));
  }
  await feed.gateway.stop();
  return account(name, stack, feed, downMs);
}

async function longCuts({ effort, progress }: Bench, stack: Stack): Promise<Case> {
  const cuts = effort.quick ? 1 : LONG_CUTS;
  const name = `cuts of ${LONG_CUT_MS / 1000} s, longer than the window, ${cuts} times`;
  progress(name);
  const options = { source: 'random', symbols: SYMBOLS, rate: 1_000_000, replayWindow: '64KiB' };
  const feed = await start(stack, options);
  const downMs: number[] = [];
  while (downMs.length < cuts) {
    await stack.runFor(BETWEEN_CUTS_MS);
    downMs.push(await cutAndWait(stack, feed, LONG_CUT_MS));
  }
  await feed.gateway.stop();
  return account(name, stack, feed, downMs);
}

async function missingPrices({ progress }: Bench, stack: Stack): Promise<Case> {
  progress('missing prices');
  const feed = await start(stack, { source: 'replay', data: SP500, rate: 50_000 });
  return account('prices missing in the file', stack, feed, []);
}

/** A Gateway and an OrderBook, connected through a proxy. */
interface Feed {
  readonly book: StackBook;
  readonly gateway: StartedProcess;
  readonly proxy: PriceProxy;
}

async function start(stack: Stack, options: OptionValues): Promise<Feed> {
  const proxy = new PriceProxy(stack.pricePort);
  const pricePort = await proxy.listen();
  stack.start('orderbook', '--price-port', String(pricePort));
  const book = await stack.untilBook();
  const gateway = stack.start('gateway', ...optionWords(options));
  await stack.until('ticks reach the book', () => applied(book) > 0);
  return { book, gateway, proxy };
}

/** Cuts, lets no client through for `holdMs`, and waits for the first tick of the next connection. Resolves to ms. */
async function cutAndWait(stack: Stack, { book, proxy }: Feed, holdMs: number): Promise<number> {
  let before = Number.POSITIVE_INFINITY;
  proxy.onConnection = () => {
    before = applied(book); // the last of the old connection: the OrderBook has one at a time
  };
  const cutAt = performance.now();
  proxy.open = false;
  proxy.cut();
  await stack.runFor(holdMs);
  proxy.open = true;
  await stack.until('ticks flow again', () => applied(book) > before);
  return performance.now() - cutAt;
}

/** Waits until the feed is over and the OrderBook, which reads to the end, has seen the connection close. */
async function account(
  name: string,
  stack: Stack,
  { book, gateway, proxy }: Feed,
  downMs: readonly number[],
): Promise<Case> {
  await stack.until(
    'the feed is over',
    () => gateway.exit !== undefined && book.counter('orderbook.connected') === 0,
  );
  proxy.close();
  const count = (value: number, better: Measure['better'] = 'none') => measure('count', better, [value]);
  const sent = book.counter('gateway.ticksSent');
  const lost = book.counter('orderbook.ticksMissed');
  return {
    name,
    measures: {
      'ticks sent': count(sent),
      'ticks applied': count(applied(book)),
      'lost and counted': count(lost, 'lower'),
      'lost and not counted': count(sent - applied(book) - lost, 'lower'),
      gaps: count(book.counter('orderbook.gaps'), 'lower'),
      'bad rows': count(book.counter('gateway.rowsRejected')),
      ...(downMs.length > 0 && { 'down time': measure('ms', 'lower', downMs) }),
    },
  };
}

function applied(book: StackBook): number {
  return book.counter('orderbook.ticksApplied');
}
