// The film, scene by scene. A scene waits for the event that it shows, and then until it can be read.

import { dashboardScenes, openDashboard } from './dashboard-scenes.ts';
import { SIZE } from './screen.ts';
import type { Stage } from './stage.ts';
import type { Place, Terminal } from './terminal.ts';

const HEIGHT = SIZE.height - SIZE.caption;
const CENTRE: Place = { x: 200, y: 140, width: 1200, height: 560 };

/** Two columns of three. */
function place(column: 0 | 1, row: 0 | 1 | 2): Place {
  const [width, height] = [SIZE.width / 2, Math.floor(HEIGHT / 3)];
  return { x: column * width, y: row * height, width, height };
}

/** The terminals of the processes, and of two clients. */
interface Terminals {
  readonly all: readonly Terminal[];
  readonly gateway: Terminal;
}

/** Plays all scenes. The recording starts when everything moves. */
export async function play(stage: Stage, pictures: string): Promise<void> {
  const tab = await openDashboard(stage);
  const terminals = await processes(stage);
  stage.record();
  await everythingMoves(stage);
  await logFiles(stage);
  await otherLanguages(stage);
  const more = await dashboardScenes(stage, tab, pictures);
  await stopAll(stage, [...more, ...terminals.all]);
}

async function processes(stage: Stage): Promise<Terminals> {
  const { pricePort, newsPort, orderPort } = stage.stack;
  const gateway = await stage.terminal('1  Gateway: sends prices and news', place(0, 0));
  const orderBook = await stage.terminal(
    '2  OrderBook: keeps the latest prices in shared memory',
    place(0, 1),
  );
  const strategy = await stage.terminal('3  Strategy: reads every tick from shared memory', place(0, 2));
  const orderManager = await stage.terminal(
    `4  OrderManager: records and fills, port ${orderPort}`,
    place(1, 2),
  );
  const prices = await stage.terminal(`A client of the price port: ${pricePort}`, place(1, 0));
  const news = await stage.terminal(`A client of the news port: ${newsPort}`, place(1, 1));
  await gateway.type('./tickline gateway --loop --rate 300');
  await orderBook.type('./tickline orderbook');
  await strategy.type('./tickline strategy');
  await orderManager.type('./tickline order-manager');
  await stage.stack.until('orders are filled', () => stage.stack.counter('strategy.ordersFilled') > 20);
  await prices.type(`nc localhost ${pricePort}`);
  await news.type(`nc localhost ${newsPort} | tr '*' '\\n'`);
  await stage.hold(2);
  return { gateway, all: [gateway, orderBook, strategy, orderManager, prices, news] };
}

async function everythingMoves(stage: Stage): Promise<void> {
  stage.caption(
    'Tickline: a trading stack of four processes, each in its own terminal',
    'They communicate only through TCP and shared memory. Right: what any client of the two ports gets.',
  );
  await stage.hold(7);
}

async function logFiles(stage: Stage): Promise<void> {
  const terminal = await stage.terminal('The log files', CENTRE);
  stage.caption(
    'Each process writes its own log file',
    'One line of JSON per event, with time and process id.',
  );
  await terminal.type('ls -l logs; tail -n 1 logs/*.log | cut -c1-126');
  await stage.hold(6);
  await terminal[Symbol.asyncDispose]();
}

async function otherLanguages(stage: Stage): Promise<void> {
  const terminal = await stage.terminal('Any program can read', CENTRE);
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
