//             due at its time                    in its batch's frame: when the tick was due
// paced sender ══ TCP ══▶ OrderBook ══ shared memory ══▶ Strategy ── TCP ──▶ OrderManager
//    │                                                   │  ▲               │  │
//    └───────────────── news, TCP ───────────────────────┼──┘ tick to       │  └─ tick to order received
//                                                        │    decision      │
//                                                        └◀── TCP ──────────┘ tick to report

import path from 'node:path';
import type { LatencyName } from '../../src/monitoring/counter-table.ts';
import { LATENCY_BUCKETS } from '../../src/monitoring/latency.ts';
import type { StackBook } from '../../src/monitoring/stack-book.ts';
import { type OptionValues, optionWords } from '../testing/option-words.ts';
import type { Stack } from '../testing/stack.ts';
import type { StartedProcess } from '../testing/started-process.ts';
import { type Bench, type Benchmark, type Case, measures } from './benchmark.ts';
import { askFigures, FIGURES, type Figures, nextBeats, publishedFigures } from './figures.ts';
import { inTurn } from './in-turn.ts';
import { startProgram } from './programs.ts';
import { SYMBOLS, startTraders } from './start.ts';
import { withStack } from './with-stack.ts';

/** The traded symbols, out of all evaluated ones. Their positions turn with the sentiment, 25 times per second: 50 orders/s. */
const TRADED = [...'ABCDEFGHIJKLMNOPQRST'];
const NEWS_MS = 40;
/** The lateness of the sender itself, its write included. */
const SENT = 'write';
const SENDER = 'paced-gateway';
const EVERY_NTH_TICK = path.join(import.meta.dirname, 'processes', 'every-nth-tick.ts');
const COUNTED_WAYS = [
  { way: 'decision', latency: 'strategy.decision' },
  { way: 'order received', latency: 'order-manager.received' },
  { way: 'report', latency: 'strategy.report' },
] as const satisfies readonly { way: string; latency: LatencyName }[];
const WAYS = ['decision', 'order received', 'report', SENT] as const;

/** The figures of each measured latency. */
export type Sample = Partial<Record<(typeof WAYS)[number], Figures>>;

export interface Setting {
  readonly rate: number;
  readonly wait: 'spin' | 'block';
  readonly fsync: 'on' | 'off';
  /** Single ticks, each when it is due; or the real Gateway, which sends whatever is due every millisecond. */
  readonly sender: 'single ticks' | 'Gateway';
  /** How orders reach the OrderManager. Default: by TCP. */
  readonly orderPath?: 'tcp' | 'shared';
  /** One order at every n-th tick. Default: the crossover's, in pairs, 50 per second. */
  readonly ticksAnOrder?: number;
}

const SETTINGS: readonly Setting[] = [
  { rate: 20_000, wait: 'spin', fsync: 'off', sender: 'single ticks' },
  { rate: 20_000, wait: 'spin', fsync: 'on', sender: 'single ticks' },
  { rate: 20_000, wait: 'block', fsync: 'off', sender: 'single ticks' },
  { rate: 20_000, wait: 'block', fsync: 'on', sender: 'single ticks' },
  { rate: 1_000, wait: 'block', fsync: 'on', sender: 'single ticks' },
  { rate: 20_000, wait: 'block', fsync: 'on', sender: 'Gateway' },
];
/** Without fsync, which can last longer than everything else on a busy disk. */
const QUICK_SETTINGS = [SETTINGS[0], SETTINGS[2]];

export const latency: Benchmark = {
  name: 'latency',
  title: 'Tick to decision, order and report',
  about:
    'Counts from when each tick was due (open loop, no coordinated omission). A decision is the end of the evaluation of a tick. An order is received when the OrderManager has read it. A report confirms that the order is recorded; with `fsync on`, on disk. "Write" is how late the sender was after its system call; all other latencies contain it. In the last row the real Gateway sends every millisecond, and latency counts from when it sends.',
  file: 'latency.ts',
  run: async (bench) => {
    const cases = [];
    for (const setting of bench.effort.quick ? QUICK_SETTINGS : SETTINGS)
      cases.push(...(await casesOf(bench, setting)));
    return cases;
  },
};

/** One case per latency. */
async function casesOf(bench: Bench, setting: Setting): Promise<Case[]> {
  const { rate, wait, fsync, sender } = setting;
  const from = sender === 'Gateway' ? ', from the Gateway' : '';
  const name = `${rate.toLocaleString('en-US')} ticks/s, ${wait}, fsync ${fsync}${from}`;
  return cases(await inTurn(bench, new Map([[name, () => oneRun(bench, setting)]])));
}

/** Latency by latency, a case per name; none for a latency that was not measured. */
export function cases(samples: ReadonlyMap<string, readonly Sample[]>): Case[] {
  return WAYS.flatMap((way) =>
    [...samples].flatMap(([name, taken]) => {
      const figures = taken.map((sample) => sample[way]).filter((one) => one !== undefined);
      return figures.length === 0
        ? []
        : [{ name: `tick to ${way}, ${name}`, measures: measures<keyof Figures>(figures, FIGURES) }];
    }),
  );
}

/** One run of the stack: its latencies in one window after the warm-up. */
export function oneRun({ effort }: Bench, setting: Setting): Promise<Sample> {
  return withStack(async (stack) => {
    const { book, sender } = await start(stack, setting);
    await stack.runFor(effort.warmUpMs);
    if (sender !== undefined) await lateness(stack, sender); // discards the warm-up
    await nextBeats(stack, book, 'strategy', 'order-manager');
    for (const name of ['strategy.pid', 'order-manager.pid'] as const)
      process.kill(book.counter(name), 'SIGUSR2');
    const before = COUNTED_WAYS.map(({ latency }) => recorded(book, latency));
    await stack.runFor(effort.windowMs);
    const late = sender === undefined ? {} : await lateness(stack, sender);
    await nextBeats(stack, book, 'strategy', 'order-manager');
    return { ...sampleOf(book, before), ...late };
  });
}

/** Starts the program that sends single ticks, each when it is due. */
export function startSender(stack: Stack, rate: number): StartedProcess {
  return startProgram(stack, SENDER, [stack.pricePort, stack.newsPort, rate, SYMBOLS]);
}

/** Asks the sender how late it has been since the last call. */
export async function lateness(stack: Stack, sender: StartedProcess): Promise<Sample> {
  return { [SENT]: await askFigures(stack, sender) };
}

async function start(stack: Stack, setting: Setting) {
  const { rate, wait, fsync, sender, orderPath = 'tcp' } = setting;
  const { book } = await startTraders(stack, {
    manager: { fsync },
    orderBook: { wait },
    strategy: { wait, orderPath, ...tradingOf(setting) },
  });
  const feed: OptionValues = { source: 'random', symbols: SYMBOLS, rate, newsEvery: `${NEWS_MS}ms` };
  const single = sender === 'single ticks' ? startSender(stack, rate) : undefined;
  if (single === undefined) stack.start('gateway', ...optionWords(feed));
  await stack.until('orders are filled', () => book.counter('strategy.ordersFilled') > 0);
  return { book, sender: single };
}

function tradingOf({ ticksAnOrder }: Setting): OptionValues {
  return ticksAnOrder === undefined
    ? { symbols: TRADED.join(',') }
    : { strategy: EVERY_NTH_TICK, param: `ticks=${ticksAnOrder}` };
}

/** The number of latencies that a process has recorded so far. */
function recorded(book: StackBook, latency: LatencyName): number {
  return LATENCY_BUCKETS.reduce((sum, { name }) => sum + book.counter(`${latency}${name}`), 0);
}

function sampleOf(book: StackBook, before: readonly number[]): Sample {
  const ways = COUNTED_WAYS.map(({ way, latency }, index) => {
    const figures: Figures = {
      ...publishedFigures(book, latency),
      events: recorded(book, latency) - before[index],
    };
    return [way, figures];
  });
  return Object.fromEntries(ways);
}
