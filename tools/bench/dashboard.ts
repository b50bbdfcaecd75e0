// Gateway ══ TCP ══▶ OrderBook ══ shared memory ══▶ Strategy ── TCP ──▶ OrderManager
//                                     ║
//                                     ╚══▶ dashboard ══ WebSocket ══▶ screen      a moment without, a moment with

import { WebSocket } from 'ws';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import type { OptionValues } from '../testing/option-words.ts';
import type { Stack } from '../testing/stack.ts';
import { type Bench, type Benchmark, type Case, measure, measures } from './benchmark.ts';
import { changes, intervalOfMedian } from './pairs.ts';
import { startPipeline } from './pipeline.ts';
import { quantity } from './report/format.ts';
import { FULL_SPEED } from './start.ts';
import { measureWindow, type Window } from './window.ts';
import { withStack } from './with-stack.ts';

const NS_PER_S = 1e9;
/** Windows per sample of other benchmarks. The machine changes from second to second, so a pair must be short. */
const WINDOWS_A_SAMPLE = 4;
const PAIRS_A_REPEAT_QUICK = 4;
/** After the dashboard was stopped or continued. */
const SETTLE_MS = 100;

/** The rate of ticks, and the pairs per repeat. */
interface Load {
  readonly name: string;
  readonly feed: OptionValues;
  readonly full: number;
}

/** At full speed the size of batches varies, and the rate with it; at a fixed rate the cost per tick hardly varies. */
const LOADS: readonly Load[] = [
  { name: 'full speed', feed: FULL_SPEED, full: 10 },
  { name: '1 M ticks/s', feed: { ...FULL_SPEED, rate: 1_000_000 }, full: 8 },
];

export const dashboard: Benchmark = {
  name: 'dashboard',
  title: 'Cost of an open dashboard',
  about:
    'All four processes with 500 symbols, and a dashboard with one screen open, which is stopped (SIGSTOP) and continued for half a second in turn. Each pair of half seconds is compared by itself. CPU is that of the four processes. The screen paints nothing: a browser on the same machine costs more.',
  file: 'dashboard.ts',
  run: async (bench) => {
    const { repeats, quick } = bench.effort;
    const pairsOf = ({ full }: Load) => repeats * (quick ? PAIRS_A_REPEAT_QUICK : full);
    const cases: Case[] = [];
    for (const load of LOADS) cases.push(...casesOf(load, await measured(bench, load, pairsOf(load))));
    return cases;
  },
};

function measured(bench: Bench, { name, feed }: Load, count: number): Promise<Pairs> {
  return withStack(async (stack) => {
    const { book, pids: four } = await startPipeline(stack, feed);
    const pids = { ...four, dashboard: stack.start('dashboard').pid };
    const screen = await connectScreen(stack);
    const { warmUpMs, windowMs } = bench.effort;
    const sample = async (isOpen: boolean) => {
      process.kill(pids.dashboard, isOpen ? 'SIGCONT' : 'SIGSTOP');
      await stack.runFor(SETTLE_MS);
      return account(await measureWindow(stack, book, pids, windowMs / WINDOWS_A_SAMPLE));
    };
    try {
      await stack.runFor(warmUpMs);
      return await pairs((pair) => bench.progress(`${name}: pair ${pair} of ${count}`), count, sample);
    } finally {
      process.kill(pids.dashboard, 'SIGCONT');
      screen.close();
    }
  });
}

type Sample = ReturnType<typeof account>;

interface Pairs {
  readonly without: readonly Sample[];
  readonly withOne: readonly Sample[];
}

/** The order alternates from pair to pair, so that a drift favours neither side. */
async function pairs(
  progress: (pair: number) => void,
  count: number,
  sample: (isOpen: boolean) => Promise<Sample>,
): Promise<Pairs> {
  const taken = { without: [] as Sample[], withOne: [] as Sample[] };
  for (let pair = 0; pair < count; pair++) {
    progress(pair + 1);
    const openFirst = pair % 2 === 1;
    const both = [await sample(openFirst), await sample(!openFirst)];
    if (both.some((one) => one['ticks evaluated'] === 0)) continue; // the machine was busy with something else
    taken[openFirst ? 'withOne' : 'without'].push(both[0]);
    taken[openFirst ? 'without' : 'withOne'].push(both[1]);
  }
  return taken;
}

function account({ seconds, grown, cpu }: Window) {
  const evaluated = grown['strategy.ticksSeen'];
  const { dashboard: ofDashboard, ...ofFour } = cpu;
  const sum = Object.values(ofFour).reduce((total, ns) => total + ns, 0);
  return {
    'ticks evaluated': evaluated / seconds,
    'CPU per tick': sum / evaluated,
    seconds,
    ofDashboard,
  };
}

function casesOf({ name }: Load, { without, withOne }: Pairs): Case[] {
  const columns = { 'ticks evaluated': ['ticks/s', 'higher'], 'CPU per tick': ['ns', 'lower'] } as const;
  return [
    { name: `${name}, without`, measures: measures<keyof typeof columns>(without, columns) },
    {
      name: `${name}, with one open`,
      measures: {
        ...measures<keyof typeof columns>(withOne, columns),
        'dashboard CPU, of a core': measure('%', 'lower', [ownCpu(withOne)]),
      },
    },
    difference(`${name}, ticks per second`, 'ticks evaluated', 'higher', { without, withOne }),
    difference(`${name}, CPU per tick`, 'CPU per tick', 'lower', { without, withOne }),
  ];
}

/** Over all windows together, because one alone has hardly any. */
function ownCpu(samples: readonly Sample[]): number {
  const sumOf = (name: 'ofDashboard' | 'seconds') =>
    samples.reduce((sum, { [name]: value }) => sum + value, 0);
  return (sumOf('ofDashboard') / NS_PER_S / sumOf('seconds')) * 100;
}

function difference(
  name: string,
  column: 'ticks evaluated' | 'CPU per tick',
  better: 'higher' | 'lower',
  { without, withOne }: Pairs,
): Case {
  const of = (samples: readonly Sample[]) => samples.map((sample) => sample[column]);
  const percent = changes(of(without), of(withOne));
  const { from, median, to } = intervalOfMedian(percent);
  const [least, middle, most] = [from, median, to].map((value) => quantity(value, '%'));
  const note = `median of ${percent.length}: ${middle}, with 95 % certainty ${least} to ${most}`;
  return { name, measures: { 'change with it': measure('%', better, percent) }, note };
}

/** Connects a screen that reads every frame. */
async function connectScreen(stack: Stack): Promise<{ readonly frames: number; close(): void }> {
  const { dashboardPort: port } = stack;
  await stack.untilServed(port);
  const socket = new WebSocket(`ws://${LOOPBACK}:${port}/live`, { origin: `http://${LOOPBACK}:${port}` });
  const screen = { frames: 0, close: () => socket.terminate() };
  socket.on('error', () => {});
  socket.on('message', () => {
    screen.frames++;
  });
  await stack.until('the screen gets frames', () => screen.frames > 0);
  return screen;
}
