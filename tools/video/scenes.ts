// The film, scene by scene. A scene waits for the event that it shows, and then until it can be read.

import { type DashboardTab, dashboardScenes, openDashboard } from './dashboard-scenes.ts';
import { SIZE } from './screen.ts';
import type { Stage } from './stage.ts';
import type { Place, Terminal } from './terminal.ts';

const HEIGHT = SIZE.height - SIZE.caption;
const WHOLE: Place = { x: 0, y: 0, width: SIZE.width, height: HEIGHT };
const CENTRE: Place = { x: 200, y: 140, width: 1200, height: 560 };
/** So much has happened before the film begins that no pane and no chart is empty. */
const ORDERS_BEFORE = 150;

/** Two columns of four; the last of the right one is two high. */
function place(column: 0 | 1, row: 0 | 1 | 2 | 3, rows = 1): Place {
  const [width, height] = [SIZE.width / 2, Math.floor(HEIGHT / 4)];
  return { x: column * width, y: row * height, width, height: rows * height };
}

/** Plays all scenes. The recording starts when everything moves. */
export async function play(stage: Stage, pictures: string): Promise<void> {
  const tab = await openDashboard(stage);
  const terminals = await processes(stage, tab);
  await stage.record();
  await everythingMoves(stage);
  await logFiles(stage);
  await otherLanguages(stage);
  const more = await dashboardScenes(stage, tab, pictures);
  await stopAll(stage, [...more, ...terminals]);
}

/** The processes, each in a terminal, two clients, and the counters of all. */
async function processes(stage: Stage, tab: DashboardTab): Promise<Terminal[]> {
  const { stack } = stage;
  const { pricePort, newsPort, orderPort } = stack;
  const open = async (title: string, at: Place, command: string) => {
    const terminal = await stage.terminal(title, at);
    await terminal.type(command);
    return terminal;
  };
  const gateway = await open(
    '1  Gateway: sends prices and news',
    place(0, 0),
    './tickline gateway --loop --rate 300',
  );
  const orderBook = await open(
    '2  OrderBook: keeps the latest prices in shared memory',
    place(0, 1),
    './tickline orderbook',
  );
  const strategy = await open(
    '3  Strategy: reads every tick from shared memory',
    place(0, 2),
    './tickline strategy',
  );
  const orderManager = await open(
    `4  OrderManager: records and fills, port ${orderPort}`,
    place(0, 3),
    './tickline order-manager',
  );
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 0);
  await tab.start(); // so that the page has a history when it is shown
  await stack.until('much is filled', () => stack.counter('strategy.ordersFilled') > ORDERS_BEFORE);
  const stat = await open('All counters, from shared memory', place(1, 2, 2), './tickline stat');
  const prices = await open(
    `A client of the price port: ${pricePort}`,
    place(1, 0),
    `nc localhost ${pricePort}`,
  );
  const news = await open(
    `A client of the news port: ${newsPort}`,
    place(1, 1),
    `nc localhost ${newsPort} | tr '*' '\\n'`,
  );
  const background = await stage.terminal('', WHOLE); // hides the page between the panes
  const terminals = [background, gateway, orderBook, strategy, orderManager, stat, prices, news];
  for (const terminal of terminals) await terminal.raise();
  const clients = stack.counter('gateway.newsSent');
  await stack.until('news reaches all panes', () => stack.counter('gateway.newsSent') > clients + 20);
  return terminals;
}

async function everythingMoves(stage: Stage): Promise<void> {
  stage.caption(
    'Tickline: a trading stack of four processes, each in its own terminal',
    'They communicate only through TCP and shared memory. Right: what any client of the two ports gets.',
  );
  await stage.hold(8);
}

async function logFiles(stage: Stage): Promise<void> {
  const terminal = await stage.terminal('The log files', CENTRE);
  stage.caption(
    'Each process writes its own log file',
    'One line of JSON per event, with time and process id.',
  );
  await terminal.run('ls -l logs; tail -n 2 logs/*.log | cut -c1-126');
  await stage.hold(6);
  await terminal[Symbol.asyncDispose]();
}

async function otherLanguages(stage: Stage): Promise<void> {
  const terminal = await stage.terminal('Any program can read', CENTRE);
  stage.caption(
    'Python reads the price book',
    'The same shared memory, read from another language with only its standard library.',
  );
  await terminal.run(`python3 examples/python/read_book.py${stage.venue.bookOption} | head -n 12`);
  await stage.hold(4);
  await terminal[Symbol.asyncDispose]();
}

async function stopAll(stage: Stage, terminals: readonly Terminal[]): Promise<void> {
  stage.caption('Ctrl-C ends each process in order', 'No process, port or shared memory is left behind.');
  for (const terminal of terminals) await terminal.pressCtrlC();
  await stage.stack.until('the book is gone', () => !stage.venue.hasBook);
  await stage.hold(3);
  for (const terminal of terminals) await terminal[Symbol.asyncDispose]();
}
