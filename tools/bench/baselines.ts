// the same Gateway ══ TCP ══▶ OrderBook | a C program | a Python program
//
// the same ticks, 64 KiB a message:
//    sender ──▶ Redis pub/sub | NATS | ZeroMQ ──▶ receiver, which parses and applies
// the same ticks, without text:
//    sender ──▶ child_process | worker_threads ──▶ receiver, which applies

import fs from 'node:fs';
import path from 'node:path';
import { nowNs } from '@tickline/posix';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { cpuNs } from '../testing/proc.ts';
import type { Stack } from '../testing/stack.ts';
import type { StartedProcess } from '../testing/started-process.ts';
import { type Bench, type Benchmark, type Case, measure } from './benchmark.ts';
import { samplesOf } from './in-turn.ts';
import { compileC, has, startProgram } from './programs.ts';
import { SYMBOLS } from './start.ts';
import { oneRun } from './throughput.ts';
import { withStack } from './with-stack.ts';

const FOLDER = path.join(import.meta.dirname, 'baselines');
const NS_PER_S = 1e9;

/** The result of one run. */
interface Sample {
  /** Ticks per second. */
  readonly rate: number;
  /** CPU time per tick of the receiver in ns, if the receiver is a separate process. */
  readonly cpu?: number;
}

/** Another way to bring the same ticks to a receiver. */
interface Baseline {
  readonly name: string;
  /** Programs that must be installed. */
  readonly needs: readonly string[];
  readonly note?: string;
  /** Starts everything. */
  start(stack: Stack): Promise<Receiver>;
}

/** The process that receives the ticks. */
interface Receiver {
  /** Prints the counts of applied ticks. */
  readonly process: StartedProcess;
  /** Whether the process does nothing but receive, so that its CPU time can be compared. */
  readonly isAlone: boolean;
}

export const BASELINES: readonly Baseline[] = [
  {
    name: 'C, as the OrderBook',
    needs: ['cc'],
    start: async (stack) => {
      const program = compileC(path.join(FOLDER, 'order_book.c'), stack.folder);
      return behindGateway(stack, [program, String(stack.pricePort), `/tickline-${stack.bookName}-c`]);
    },
  },
  python('Python with NumPy, as the OrderBook', ['python3', 'numpy']),
  python('Python without NumPy, as the OrderBook', ['python3'], ['plain']),
  {
    name: 'Redis pub/sub',
    needs: ['redis-server'],
    start: (stack) => {
      const address = path.join(stack.folder, 'redis.sock');
      const limits = ['--client-output-buffer-limit', 'pubsub 0 0 0'];
      const words = ['--port', '0', '--unixsocket', address, '--save', '', '--appendonly', 'no', ...limits];
      stack.spawn('redis', ['redis-server', ...words, '--dir', stack.folder]);
      return throughCarrier(stack, 'redis', address, () => fs.existsSync(address));
    },
  },
  {
    name: 'NATS',
    needs: ['nats-server'],
    start: async (stack) => {
      stack.spawn('nats', ['nats-server', '-a', LOOPBACK, '-p', String(stack.pricePort)]);
      await stack.untilServed(stack.pricePort);
      return throughCarrier(stack, 'nats', `nats://${LOOPBACK}:${stack.pricePort}`);
    },
  },
  {
    name: 'ZeroMQ push/pull',
    needs: [],
    start: (stack) => throughCarrier(stack, 'zeromq', `ipc://${path.join(stack.folder, 'zeromq.sock')}`),
  },
  channel('child_process, one tick per message', 'process-single'),
  channel('child_process, 8,192 ticks per message in typed arrays', 'process-columns'),
  channel('worker_threads, 8,192 ticks per message, moved', 'thread-columns', 'threads of one process'),
];

export const baselines: Benchmark = {
  name: 'baselines',
  title: 'Against other programs and transports',
  about:
    'The same random walk. A C program and two Python programs replace the OrderBook behind the real Gateway. Redis, NATS and ZeroMQ carry the same frames, in messages of 64 KiB, to a process that uses our decoder and writes its own table and ring. The channels of Node carry ticks as numbers. Nothing is lost anywhere.',
  file: 'baselines.ts',
  run: async (bench) => {
    const cases = [await repeated(bench, 'Tickline', () => ours(bench))];
    for (const baseline of bench.effort.quick ? BASELINES.slice(0, 3) : BASELINES) {
      const missing = baseline.needs.filter((command) => !has(command));
      if (missing.length > 0)
        cases.push({ name: baseline.name, measures: {}, note: `left out: needs ${missing.join(', ')}` });
      else cases.push(await repeated(bench, baseline.name, () => sampleOf(bench, baseline), baseline.note));
    }
    return cases;
  },
};

async function repeated(
  bench: Bench,
  name: string,
  sample: () => Promise<Sample>,
  note?: string,
): Promise<Case> {
  const samples = await samplesOf(bench, name, sample);
  const cpu = samples.map((taken) => taken.cpu).filter((value) => value !== undefined);
  return {
    name,
    measures: {
      'ticks applied': measure(
        'ticks/s',
        'higher',
        samples.map(({ rate }) => rate),
      ),
      ...(cpu.length > 0 && { 'receiver CPU per tick': measure('ns', 'lower', cpu) }),
    },
    ...(note !== undefined && { note }),
  };
}

async function ours(bench: Bench): Promise<Sample> {
  const { seconds, grown, cpu } = await oneRun(bench);
  const applied = grown['orderbook.ticksApplied'];
  return { rate: applied / seconds, cpu: cpu.orderbook / applied };
}

function sampleOf({ effort }: Bench, baseline: Baseline): Promise<Sample> {
  return withStack(async (stack) => {
    const { process: receiver, isAlone } = await baseline.start(stack);
    await stack.until('ticks are received', () => countsOf(receiver).length > 1);
    await stack.runFor(effort.warmUpMs);
    const from = countsOf(receiver).length - 1;
    const [startedNs, startedCpuNs] = [nowNs(), cpuNs(receiver.pid)];
    await stack.runFor(effort.windowMs);
    const [seconds, usedNs] = [(nowNs() - startedNs) / NS_PER_S, cpuNs(receiver.pid) - startedCpuNs];
    await stack.until('further ticks are received', () => countsOf(receiver).length > from + 1);
    const counts = countsOf(receiver).slice(from);
    const [first, last] = [counts[0], counts[counts.length - 1]];
    const rate = ((last.ticks - first.ticks) / (last.ns - first.ns)) * NS_PER_S;
    return { rate, ...(isAlone && { cpu: usedNs / (rate * seconds) }) };
  });
}

/** The counts that a receiver has printed so far. */
function countsOf(receiver: StartedProcess): { ns: number; ticks: number }[] {
  return receiver.lines.map((line) => line.split(' ').map(Number)).map(([ns, ticks]) => ({ ns, ticks }));
}

async function behindGateway(stack: Stack, command: readonly string[]): Promise<Receiver> {
  startProgram(stack, 'full-speed-gateway', [stack.pricePort, SYMBOLS]);
  await stack.untilServed(stack.pricePort);
  const receiver = stack.spawn('receiver', command);
  return { process: receiver, isAlone: true };
}

async function throughCarrier(
  stack: Stack,
  carrier: string,
  address: string,
  isReady: () => boolean = () => true,
): Promise<Receiver> {
  await stack.until(`${carrier} is ready`, isReady);
  const receiver = startProgram(stack, 'peer-receiver', [carrier, address]);
  await stack.until('the receiver is ready', () => countsOf(receiver).length > 0);
  startProgram(stack, 'peer-sender', [carrier, address, SYMBOLS]);
  return { process: receiver, isAlone: true };
}

function python(name: string, needs: readonly string[], args: readonly string[] = []): Baseline {
  return {
    name,
    needs,
    start: (stack) =>
      behindGateway(stack, [
        'python3',
        path.join(FOLDER, 'python_order_book.py'),
        String(stack.pricePort),
        ...args,
      ]),
  };
}

function channel(name: string, mode: string, note?: string): Baseline {
  return {
    name,
    needs: [],
    ...(note !== undefined && { note }),
    start: async (stack) => ({
      process: startProgram(stack, 'channel-sender', [mode, SYMBOLS]),
      isAlone: false,
    }),
  };
}
