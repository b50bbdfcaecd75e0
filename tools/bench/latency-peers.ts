// the same paced sender ══ TCP ══▶ Tickline | Tickline by a lane | three C programs | three Python programs
//                                  book ══ shared memory ══▶ strategy ── TCP, or the lane ──▶ manager
//                                                                ◀───────── report ──────────┘

import path from 'node:path';
import { TicklineError } from '../../src/platform/errors.ts';
import type { Stack } from '../testing/stack.ts';
import type { StartedProcess } from '../testing/started-process.ts';
import type { Bench, Benchmark, Case } from './benchmark.ts';
import type { Figures } from './figures.ts';
import { inTurn } from './in-turn.ts';
import { cases, lateness, oneRun, type Sample, type Setting, startSender } from './latency.ts';
import { compileC, has } from './programs.ts';
import { withStack } from './with-stack.ts';

const FOLDER = path.join(import.meta.dirname, 'baselines');
const RATE = 20_000;
const TICKS_AN_ORDER = 400;
const WAITS = ['spin', 'block'] as const;
/** Times as long as other benchmarks: 50 orders per second take some seconds until their code is compiled. */
const LONGER = { warmUp: 8, window: 4 };

type Wait = Setting['wait'];

/** What the cases with `--order-path shared` are called. */
export const BY_LANE = 'Tickline by a lane';

/** Three processes that replace Tickline's. */
interface Peer {
  readonly name: string;
  readonly needs: string;
  /** The command line of its first process, which starts the others. */
  command(stack: Stack): readonly [file: string, ...args: string[]];
}

const C: Peer = {
  name: 'C',
  needs: 'cc',
  command: ({ folder }) => [compileC(path.join(FOLDER, 'latency.c'), folder)],
};
const PEERS: readonly Peer[] = [
  C,
  { name: 'Python', needs: 'python3', command: () => ['python3', path.join(FOLDER, 'latency.py')] },
];

export const latencyPeers: Benchmark = {
  name: 'latency-peers',
  title: 'The same latencies through C and Python',
  about:
    'How much of the latency is the machine: 20,000 single ticks per second through three C processes (they parse no price, record nothing) and three Python processes (averages, JSON orders, SQLite; no outbox, checks or reconnects). Each orders at every 400th tick, without fsync, and is measured after 8 s. "By a lane" is `--order-path shared`. The programs alternate. "Clock read" is a process that only reads the clock.',
  file: 'latency-peers.ts',
  run: async (usual) => {
    const bench = patient(usual);
    const all: Case[] = [];
    for (const wait of bench.effort.quick ? WAITS.slice(0, 1) : WAITS)
      all.push(...(await casesOf(bench, wait)));
    return all;
  },
};

function patient({ effort, progress }: Bench): Bench {
  const { warmUpMs, windowMs } = effort;
  const longer = { warmUpMs: LONGER.warmUp * warmUpMs, windowMs: LONGER.window * windowMs };
  return { effort: { ...effort, ...longer }, progress: (text) => progress(text) };
}

async function casesOf(bench: Bench, wait: Wait): Promise<Case[]> {
  const setting: Setting = {
    ...{ rate: RATE, wait, fsync: 'off', sender: 'single ticks', ticksAnOrder: TICKS_AN_ORDER },
  };
  const there = PEERS.filter(({ needs }) => has(needs));
  const runs = new Map([
    [`${wait}, Tickline`, () => oneRun(bench, setting)],
    [`${wait}, ${BY_LANE}`, () => oneRun(bench, { ...setting, orderPath: 'shared' })],
  ]);
  for (const peer of there) runs.set(`${wait}, ${peer.name}`, () => onePeerRun(bench, peer, wait));
  if (wait === 'spin' && there.includes(C)) runs.set(`${wait}, clock read`, () => aloneRun(bench));
  const missing = PEERS.filter((peer) => !there.includes(peer)).map(({ name, needs }) => ({
    name: `${wait}, ${name}`,
    measures: {},
    note: `left out: needs ${needs}`,
  }));
  return [...cases(await inTurn(bench, runs)), ...missing];
}

function onePeerRun({ effort }: Bench, peer: Peer, wait: Wait): Promise<Sample> {
  return withStack(async (stack) => {
    const sender = startSender(stack, RATE);
    await stack.untilServed(stack.newsPort);
    const [file, ...args] = peer.command(stack);
    const words = [stack.pricePort, wait, effort.warmUpMs, effort.windowMs, TICKS_AN_ORDER];
    const started = stack.spawn(peer.name, [file, ...args, ...words.map(String)]);
    await stack.runFor(effort.warmUpMs);
    await lateness(stack, sender);
    await stack.runFor(effort.windowMs);
    const late = await lateness(stack, sender);
    return { ...(await figuresOf(stack, started, 3)), ...late };
  });
}

/** One process that only reads the clock: how late the machine makes any process. */
function aloneRun({ effort }: Bench): Promise<Sample> {
  return withStack(async (stack) => {
    const [file] = C.command(stack);
    const words = [RATE, 'alone', effort.warmUpMs, effort.windowMs].map(String);
    return await figuresOf(stack, stack.spawn('clock-read', [file, ...words]), 1);
  });
}

/** A peer printed something other than figures, usually why it failed. */
class BadPeerError extends TicklineError {
  constructor(name: string, line: string, cause: unknown) {
    super(`expected a line of JSON per latency from ${name}, found "${line}"`, { cause });
  }
}

/** Waits for the figures of a peer, one line per latency. */
async function figuresOf(stack: Stack, peer: StartedProcess, ways: number): Promise<Sample> {
  await stack.until(`${peer.name} prints its figures`, () => peer.lines.length === ways);
  const figures = peer.lines.map((line) => figuresIn(line, peer.name));
  return Object.fromEntries(figures.map(({ way, ...latency }) => [way, latency]));
}

function figuresIn(line: string, name: string): Figures & { way: string } {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new BadPeerError(name, line, cause);
  }
}
