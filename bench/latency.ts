//             due at its time                    in its batch's frame: when the tick was due
// paced sender ══ TCP ══▶ OrderBook ══ shared memory ══▶ Strategy ── TCP ──▶ OrderManager
//    │                                                   │  ▲               │  │
//    └───────────────── news, TCP ───────────────────────┼──┘ tick to       │  └─ tick to order received
//                                                        │    decision      │
//                                                        └◀── TCP ──────────┘ tick to report

import type { AttachedPriceBook } from '../src/shared-memory/attached-price-book.ts';
import { type Bench, type Benchmark, type Case, measures } from './benchmark.ts';
import { SYMBOLS } from './drive.ts';
import { FIGURES, type Figures } from './figures.ts';
import { inTurn } from './in-turn.ts';
import { programFile } from './programs.ts';
import { type Stack, withStack } from './stack.ts';

/** Symbols that are traded; all are evaluated. They turn with the sentiment, which comes 25 times a second: some 50 orders a second. */
const TRADED = [
  'A',
  'B',
  'C',
  'D',
  'E',
  'F',
  'G',
  'H',
  'I',
  'J',
  'K',
  'L',
  'M',
  'N',
  'O',
  'P',
  'Q',
  'R',
  'S',
  'T',
];
const NEWS_MS = 40;
/** How late the sender itself is, its write included. */
const SENT = 'write';
const SENDER = 'paced-gateway';
const COUNTED_WAYS = [
  { way: 'decision', prefix: 'strategy.decision', events: 'strategy.ticksSeen' },
  { way: 'order received', prefix: 'order-manager.received', events: 'order-manager.ordersReceived' },
  { way: 'report', prefix: 'strategy.report', events: 'strategy.ordersFilled' },
] as const;
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
const QUICK_SETTINGS = [SETTINGS[0], SETTINGS[3]];

export const latency: Benchmark = {
  name: 'latency',
  title: 'From a tick to a decision, to an order, to its report',
  about:
    'An open loop: each tick has the time at which it was due, and leaves then or as soon as it can; latency counts from when it was due, so that a late sender or a full queue shows (no coordinated omission); the sender spends the last 30 µs before awake, because a sleeper is woken some 20 µs late. The times are taken by the Strategy and the OrderManager, over every tick and every order of the window, warm-up left out. A decision is the end of the evaluation of the tick; an order is received when the OrderManager has read it; a report says that the order is filled and recorded, with `fsync on` on disk. "Tick to write" is how late the sender itself was, its system call included: that part of all the others was lost before the stack had the tick. The last case has the real Gateway, which sends what is due every millisecond and counts from when it leaves.',
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
    await stack.pass(effort.warmUpMs);
    const pids = [book.counter('strategy.pid'), book.counter('order-manager.pid'), ...sender];
    for (const pid of pids) process.kill(pid, 'SIGUSR2');
    const before = COUNTED_WAYS.map(({ events }) => book.counter(events));
    await stack.pass(effort.windowMs);
    for (const pid of sender) process.kill(pid, 'SIGUSR2');
    await nextBeats(stack, book);
    const sample = sampleOf(book, before);
    return sender.length === 0 ? sample : { ...sample, ...(await lateness(stack)) };
  });
}

/** Single ticks, each at its own time. Returns the sender's process id. */
export function startSender(stack: Stack, rate: number): number {
  const words = [stack.pricePort, stack.newsPort, rate, SYMBOLS].map(String);
  return stack.run(SENDER, process.execPath, [programFile(SENDER), ...words]);
}

/** What the sender said of a window that began and ended with a SIGUSR2. */
export async function lateness(stack: Stack): Promise<Sample> {
  await stack.until('the lateness of the sender', () => stack.linesOf(SENDER).length === 2);
  return { [SENT]: JSON.parse(stack.linesOf(SENDER)[1]) };
}

async function start(stack: Stack, { rate, wait, fsync, sender }: Setting) {
  stack.start('order-manager', { fsync });
  stack.start('orderbook', { wait });
  await stack.listening('order-manager', stack.orderPort);
  const book = await stack.attach();
  const strategy = stack.start('strategy', { wait, symbols: TRADED.join(',') });
  await stack.until('strategy', () => book.readers().some(({ pid }) => pid === strategy));
  const pids = [];
  if (sender === 'Gateway')
    stack.start('gateway', { source: 'random', symbolCount: SYMBOLS, rate, newsInterval: NEWS_MS });
  else pids.push(startSender(stack, rate));
  await stack.until('the first order', () => book.counter('strategy.ordersFilled') > 0);
  return { book, sender: pids };
}

/** Waits until both processes have told their latencies again. */
async function nextBeats(stack: Stack, book: AttachedPriceBook): Promise<void> {
  const beats = ['strategy.heartbeatNs', 'order-manager.heartbeatNs'] as const;
  const before = beats.map((name) => book.counter(name));
  await stack.until('the latencies', () => beats.every((name, i) => book.counter(name) > before[i]));
}

function sampleOf(book: AttachedPriceBook, before: readonly number[]): Sample {
  const ways = COUNTED_WAYS.map(({ way, prefix, events }, index) => {
    const latency: Figures = {
      mean: book.counter(`${prefix}MeanNs`),
      p50: book.counter(`${prefix}P50Ns`),
      p90: book.counter(`${prefix}P90Ns`),
      p99: book.counter(`${prefix}P99Ns`),
      'p99.9': book.counter(`${prefix}P999Ns`),
      max: book.counter(`${prefix}MaxNs`),
      events: book.counter(events) - before[index],
    };
    return [way, latency];
  });
  return Object.fromEntries(ways);
}
