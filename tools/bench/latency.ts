//             due at its time                    in its batch's frame: when the tick was due
// paced sender ══ TCP ══▶ OrderBook ══ shared memory ══▶ Strategy ── TCP ──▶ OrderManager
//    │                                                   │  ▲               │  │
//    └───────────────── news, TCP ───────────────────────┼──┘ tick to       │  └─ tick to order received
//                                                        │    decision      │
//                                                        └◀── TCP ──────────┘ tick to report

import type { LatencyName } from '../../src/monitoring/counter-table.ts';
import { LATENCY_BUCKETS } from '../../src/monitoring/latency.ts';
import type { StackBook } from '../../src/monitoring/stack-book.ts';
import { type OptionValues, optionWords } from '../testing/option-words.ts';
import type { Stack } from '../testing/stack.ts';
import type { StartedProcess } from '../testing/started-process.ts';
import { type Bench, type Benchmark, type Case, measures } from './benchmark.ts';
import { askFigures, FIGURES, type Figures, nextBeats, toldFigures } from './figures.ts';
import { inTurn } from './in-turn.ts';
import { startProgram } from './programs.ts';
import { SYMBOLS, startTraders } from './start.ts';
import { withStack } from './with-stack.ts';

/** Symbols that are traded; all are evaluated. They turn with the sentiment, which comes 25 times a second: some 50 orders a second. */
const TRADED = [...'ABCDEFGHIJKLMNOPQRST'];
const NEWS_MS = 40;
/** How late the sender itself is, its write included. */
const SENT = 'write';
const SENDER = 'paced-gateway';
const COUNTED_WAYS = [
  { way: 'decision', latency: 'strategy.decision' },
  { way: 'order received', latency: 'order-manager.received' },
  { way: 'report', latency: 'strategy.report' },
] as const satisfies readonly { way: string; latency: LatencyName }[];
const WAYS = ['decision', 'order received', 'report', SENT] as const;

/** The figures of each way that was measured. */
export type Sample = Partial<Record<(typeof WAYS)[number], Figures>>;

export interface Setting {
  readonly rate: number;
  readonly wait: 'spin' | 'block';
  readonly fsync: 'on' | 'off';
  /** Single ticks, each at its own time; or the real Gateway, whose timer sends what is due every millisecond. */
  readonly sender: 'single ticks' | 'Gateway';
}

const SETTINGS: readonly Setting[] = [
  { rate: 20_000, wait: 'spin', fsync: 'off', sender: 'single ticks' },
  { rate: 20_000, wait: 'spin', fsync: 'on', sender: 'single ticks' },
  { rate: 20_000, wait: 'block', fsync: 'off', sender: 'single ticks' },
  { rate: 20_000, wait: 'block', fsync: 'on', sender: 'single ticks' },
  { rate: 1_000, wait: 'block', fsync: 'on', sender: 'single ticks' },
  { rate: 20_000, wait: 'block', fsync: 'on', sender: 'Gateway' },
];
/** No fsync: on a disk that is busy with other things it can take longer than all the rest. */
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

/** One case for each way. */
async function casesOf(bench: Bench, setting: Setting): Promise<Case[]> {
  const { rate, wait, fsync, sender } = setting;
  const from = sender === 'Gateway' ? ', from the Gateway' : '';
  const name = `${rate.toLocaleString('en-US')} ticks/s, ${wait}, fsync ${fsync}${from}`;
  return cases(await inTurn(bench, new Map([[name, () => oneRun(bench, setting)]])));
}

/** Way by way, a case for each name; where a way was not measured there is none. */
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

/** One run of the stack: its latencies in a window, warm-up left out. */
export function oneRun({ effort }: Bench, setting: Setting): Promise<Sample> {
  return withStack(async (stack) => {
    const { book, sender } = await start(stack, setting);
    await stack.runFor(effort.warmUpMs);
    if (sender !== undefined) await lateness(stack, sender); // what it says of the warm-up is thrown away
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

/** Single ticks, each at its own time. Returns the sender. */
export function startSender(stack: Stack, rate: number): StartedProcess {
  return startProgram(stack, SENDER, [stack.pricePort, stack.newsPort, rate, SYMBOLS]);
}

/** Asks the sender how late it was since it was asked last. */
export async function lateness(stack: Stack, sender: StartedProcess): Promise<Sample> {
  return { [SENT]: await askFigures(stack, sender) };
}

async function start(stack: Stack, { rate, wait, fsync, sender }: Setting) {
  const { book } = await startTraders(stack, {
    manager: { fsync },
    orderBook: { wait },
    strategy: { wait, symbols: TRADED.join(',') },
  });
  const feed: OptionValues = { source: 'random', symbols: SYMBOLS, rate, newsEvery: `${NEWS_MS}ms` };
  const single = sender === 'single ticks' ? startSender(stack, rate) : undefined;
  if (single === undefined) stack.start('gateway', ...optionWords(feed));
  await stack.until('orders are filled', () => book.counter('strategy.ordersFilled') > 0);
  return { book, sender: single };
}

/** How many latencies a process has told so far. */
function recorded(book: StackBook, latency: LatencyName): number {
  return LATENCY_BUCKETS.reduce((sum, { name }) => sum + book.counter(`${latency}${name}`), 0);
}

function sampleOf(book: StackBook, before: readonly number[]): Sample {
  const ways = COUNTED_WAYS.map(({ way, latency }, index) => {
    const figures: Figures = {
      ...toldFigures(book, latency),
      events: recorded(book, latency) - before[index],
    };
    return [way, figures];
  });
  return Object.fromEntries(ways);
}
