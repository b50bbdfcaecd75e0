// The film, scene by scene. A scene waits for the event that it shows, and then until it can be read.

import { dashboardScenes } from './dashboard-scenes.ts';
import { SIZE } from './screen.ts';
import type { Stage } from './stage.ts';
import type { Place, Terminal } from './terminal.ts';

const HEIGHT = SIZE.height - SIZE.caption;
const HALF = { width: SIZE.width / 2, height: HEIGHT / 2 } as const;

const TOP_LEFT: Place = { x: 0, y: 0, ...HALF };
const TOP_RIGHT: Place = { x: HALF.width, y: 0, ...HALF };
const BOTTOM_LEFT: Place = { x: 0, y: HALF.height, ...HALF };
const BOTTOM_RIGHT: Place = { x: HALF.width, y: HALF.height, ...HALF };
const CENTRE: Place = { x: 300, y: 120, width: 1000, height: 600 };

/** The terminals of the four processes. */
interface Terminals {
  readonly gateway: Terminal;
  readonly orderBook: Terminal;
  readonly strategy: Terminal;
  readonly orderManager: Terminal;
}

/** Plays all scenes. */
export async function play(stage: Stage, pictures: string): Promise<void> {
  const terminals = await emptyTerminals(stage);
  await startOneByOne(stage, terminals);
  await trades(stage);
  await lookFromOutside(stage);
  const more = await dashboardScenes(stage, pictures);
  await stopAll(stage, [...more, ...Object.values(terminals)]);
  await allByOneCommand(stage);
}

async function emptyTerminals(stage: Stage): Promise<Terminals> {
  stage.caption(
    'Tickline: a trading stack of four processes',
    'They communicate only through TCP sockets and shared memory. Each runs in its own terminal.',
  );
  const terminals = {
    gateway: await stage.terminal('Gateway', TOP_LEFT),
    orderBook: await stage.terminal('OrderBook', TOP_RIGHT),
    strategy: await stage.terminal('Strategy', BOTTOM_LEFT),
    orderManager: await stage.terminal('OrderManager', BOTTOM_RIGHT),
  };
  await stage.hold(3);
  return terminals;
}

async function startOneByOne(stage: Stage, terminals: Terminals): Promise<void> {
  const { pricePort, newsPort, orderPort } = stage.stack;
  stage.caption(
    '1  Gateway',
    `Replays real prices of 30 stocks, and news sentiment, to any number of TCP clients: ports ${pricePort} and ${newsPort}.`,
  );
  await terminals.gateway.type('./tickline gateway --loop --rate 300');
  await stage.stack.untilServed(newsPort);
  await stage.hold(3);

  stage.caption('2  OrderBook', 'Keeps the latest price of every symbol in shared memory: /dev/shm.');
  await terminals.orderBook.type('./tickline orderbook');
  await stage.stack.until('ticks reach the book', () => stage.stack.counter('orderbook.ticksApplied') > 0);
  await stage.hold(3);

  stage.caption(
    '3  Strategy',
    'Reads every tick from shared memory. It waits for the OrderManager: processes start in any order.',
  );
  await terminals.strategy.type('./tickline strategy');
  await stage.stack.until(
    'the Strategy is a client of the news',
    () => stage.stack.counter('gateway.newsClients') > 0,
  );
  await stage.hold(3);

  stage.caption('4  OrderManager', `Checks, records, fills and reports each order: TCP port ${orderPort}.`);
  await terminals.orderManager.type('./tickline order-manager');
  await stage.stack.untilServed(orderPort);
  await stage.hold(2);
}

async function trades(stage: Stage): Promise<void> {
  await stage.stack.until('orders are filled', () => stage.stack.counter('strategy.ordersFilled') > 0);
  stage.caption(
    'Trades',
    'Moving averages and news agree, so the Strategy orders. The OrderManager answers once the order is on disk.',
  );
  await stage.hold(5);
}

async function lookFromOutside(stage: Stage): Promise<void> {
  const { pricePort } = stage.stack;
  const terminal = await stage.terminal('Any program can read', CENTRE);
  stage.caption(
    'nc reads the Gateway',
    'The price stream is plain text, SYMBOL,PRICE and a star. Any TCP client can read it.',
  );
  await terminal.type(`nc localhost ${pricePort}`);
  await stage.hold(4);
  await terminal.pressCtrlC();
  await stage.hold(1.5);

  stage.caption(
    'Python reads the price book',
    'The same shared memory, read from another language with only its standard library.',
  );
  await terminal.type(`python3 examples/python/read_book.py${stage.venue.bookOption} | head -n 12`);
  await stage.hold(5);
  await terminal[Symbol.asyncDispose]();
}

async function stopAll(stage: Stage, terminals: readonly Terminal[]): Promise<void> {
  stage.caption('Ctrl-C ends each process in order', 'No process, port or shared memory is left behind.');
  for (const terminal of terminals) await terminal.pressCtrlC();
  await stage.hold(3);
  for (const terminal of terminals) await terminal[Symbol.asyncDispose]();
}

async function allByOneCommand(stage: Stage): Promise<void> {
  const top: Place = { x: 0, y: 0, width: SIZE.width, height: HEIGHT - 130 };
  const bottom: Place = { x: 0, y: HEIGHT - 130, width: SIZE.width, height: 130 };
  const run = await stage.terminal('All four with one command', top);
  const killer = await stage.terminal('Meanwhile', bottom);
  stage.caption(
    'All four with one command',
    'It starts each process when the ones before are ready, and restarts any that dies.',
  );
  await run.type('./tickline run --rate 300 --symbols AA,BA,CAT,DIS,IBM,KO,MSFT,PG');
  await stage.stack.until('the run fills orders', () => stage.stack.counter('strategy.ordersFilled') > 5);
  await stage.hold(2);

  const pid = stage.stack.counter('strategy.pid');
  stage.caption('kill -9 again', 'This time the Strategy is restarted automatically, within a second.');
  await killer.type(`kill -9 ${pid}    # the Strategy`);
  await stage.stack.until('there is another Strategy', () => stage.stack.counter('strategy.pid') !== pid);
  const filled = stage.stack.counter('strategy.ordersFilled');
  await stage.stack.until(
    'orders are filled again',
    () => stage.stack.counter('strategy.ordersFilled') > filled + 3,
  );
  await stage.hold(3);

  stage.caption('The summary', 'Every tick and every order is accounted for: sent, applied, seen, traded.');
  await run.pressCtrlC();
  await stage.hold(9);
}
