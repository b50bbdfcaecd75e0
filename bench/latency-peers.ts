// the same paced sender ══ TCP ══▶ Tickline | three C programs | three Python programs
//                                  book ══ shared memory ══▶ strategy ── TCP ──▶ manager
//                                                                ◀── report ───┘

import path from 'node:path';
import { type Bench, type Benchmark, type Case, measures } from './benchmark.ts';
import { SYMBOLS } from './drive.ts';
import { COLUMNS, oneRun, type Sample, type Setting, WAYS } from './latency.ts';
import { compileC, has, programFile } from './programs.ts';
import { type Stack, withStack } from './stack.ts';

const FOLDER = path.join(import.meta.dirname, 'baselines');
const RATE = 20_000;
/** The peers order as often as Tickline does in the same time. */
const TICKS_AN_ORDER = 400;
const PEER = 'peer';
const WAITS = ['spin', 'block'] as const;

type Wait = Setting['wait'];

/** Three processes in the place of ours. */
interface Peer {
  readonly name: string;
  readonly needs: string;
  /** The command line of its first process, which starts the others. */
  command(stack: Stack): readonly [file: string, ...args: string[]];
}

const PEERS: readonly Peer[] = [
  {
    name: 'C',
    needs: 'cc',
    command: ({ folder }) => [compileC(path.join(FOLDER, 'latency.c'), folder)],
  },
  { name: 'Python', needs: 'python3', command: () => ['python3', path.join(FOLDER, 'latency.py')] },
];

export const latencyPeers: Benchmark = {
  name: 'latency-peers',
  title: 'The same latencies, through C and through Python',
  about:
    'What this machine asks of anybody: the same sender, 20,000 single ticks a second, and the same way through three processes, written in C with as few steps as there can be (no price parsed, nothing recorded: the limit), and in Python for the least latency (the averages kept, orders in JSON, recorded by SQLite without fsync; no outbox, no checks, no reconnecting). Some 50 orders a second, without fsync. In turn, each run with fresh processes.',
  file: 'latency-peers.ts',
  run: async (bench) => {
    const cases: Case[] = [];
    for (const wait of bench.effort.quick ? WAITS.slice(0, 1) : WAITS)
      cases.push(...(await casesOf(bench, wait)));
    return cases;
  },
};

/** All in turn, so that a change of the machine's mood hits each. */
async function casesOf(bench: Bench, wait: Wait): Promise<Case[]> {
  const setting: Setting = { rate: RATE, wait, fsync: 'off', sender: 'single ticks' };
  const there = PEERS.filter(({ needs }) => has(needs));
  const runs: [name: string, run: () => Promise<Sample>][] = [
    ['Tickline', () => oneRun(bench, setting)],
    ...there.map((peer): (typeof runs)[number] => [peer.name, () => onePeerRun(bench, peer, wait)]),
  ];
  const samples = new Map<string, Sample[]>(runs.map(([name]) => [name, []]));
  for (let repeat = 1; repeat <= bench.effort.repeats; repeat++) {
    for (const [name, run] of runs) {
      bench.progress(`${name}, ${wait}: run ${repeat} of ${bench.effort.repeats}`);
      samples.get(name)?.push(await run());
    }
  }
  const missing = PEERS.filter((peer) => !there.includes(peer)).map(({ name, needs }) => ({
    name: `${name}, ${wait}`,
    measures: {},
    note: `left out: needs ${needs}`,
  }));
  return [...WAYS.flatMap(({ way }) => rows(way, wait, samples)), ...missing];
}

function rows(way: (typeof WAYS)[number]['way'], wait: Wait, samples: Map<string, Sample[]>): Case[] {
  return [...samples].map(([name, taken]) => ({
    name: `tick to ${way}, ${wait}, ${name}`,
    measures: measures(
      taken.map((sample) => sample[way]),
      COLUMNS,
    ),
  }));
}

function onePeerRun({ effort }: Bench, peer: Peer, wait: Wait): Promise<Sample> {
  return withStack(async (stack) => {
    const ports = [stack.pricePort, stack.newsPort, RATE, SYMBOLS].map(String);
    stack.run('paced-gateway', process.execPath, [programFile('paced-gateway'), ...ports]);
    await stack.listening('paced-gateway', stack.newsPort);
    const [file, ...args] = peer.command(stack);
    const words = [stack.pricePort, wait, effort.warmUpMs, effort.windowMs, TICKS_AN_ORDER];
    stack.run(PEER, file, [...args, ...words.map(String)]);
    const told = () => stack.outputOf(PEER).split('\n').slice(0, -1);
    await stack.until(peer.name, () => told().length === WAYS.length);
    const lines = told().map((line): Sample['decision'] & { way: string } => JSON.parse(line));
    return Object.fromEntries(lines.map(({ way, ...latency }) => [way, latency])) as Sample;
  });
}
