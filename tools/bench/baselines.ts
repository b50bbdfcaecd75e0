// the same Gateway ══ TCP ══▶ OrderBook | a C program | a Python program
//
// the same ticks, 64 KiB a message:
//    sender ──▶ Redis pub/sub | NATS | ZeroMQ ──▶ receiver, which parses and applies
// the same ticks, without text:
//    sender ──▶ child_process | worker_threads ──▶ receiver, which applies

import fs from 'node:fs';
import path from 'node:path';
import { nowNs } from '@tickline/posix';
import { type Bench, type Benchmark, type Case, measure } from './benchmark.ts';
import { FULL_SPEED, SYMBOLS } from './drive.ts';
import { samplesOf } from './in-turn.ts';
import { cpuNs } from './process-usage.ts';
import { compileC, has, programFile } from './programs.ts';
import { type Stack, withStack } from './stack.ts';
import { oneRun } from './throughput.ts';

const FOLDER = path.join(import.meta.dirname, 'baselines');
const NS_PER_S = 1e9;

/** What one run gives. */
interface Sample {
  /** Ticks a second. */
  readonly rate: number;
  /** CPU time of the receiving process a tick, in ns, where it is one of its own. */
  readonly cpu?: number;
}

/** Something else in the place of ours. */
interface Baseline {
  readonly name: string;
  /** Programs that it needs. */
  readonly needs: readonly string[];
  readonly note?: string;
  /** Starts everything; returns the process id of the receiver, if it is known. Its output has the counts. */
  start(stack: Stack): Promise<number | undefined>;
}

/** Name of the process whose output has the counts. */
const COUNTING = 'counting';

export const BASELINES: readonly Baseline[] = [
  {
    name: 'C, as the OrderBook',
    needs: ['cc'],
    start: async (stack) => {
      const program = compileC(path.join(FOLDER, 'order_book.c'), stack.folder);
      return behindGateway(stack, program, [String(stack.pricePort), `/tickline-${stack.bookName}-c`]);
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
      stack.run('redis', 'redis-server', [...words, '--dir', stack.folder]);
      return throughCarrier(stack, 'redis', address, () => fs.existsSync(address));
    },
  },
  {
    name: 'NATS',
    needs: ['nats-server'],
    start: async (stack) => {
      stack.run('nats', 'nats-server', ['-a', '127.0.0.1', '-p', String(stack.pricePort)]);
      await stack.listening('nats', stack.pricePort);
      return throughCarrier(stack, 'nats', `nats://127.0.0.1:${stack.pricePort}`);
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
    const pid = await baseline.start(stack);
    await stack.until('the first ticks', () => counts(stack).length > 1);
    await stack.pass(effort.warmUpMs);
    const from = counts(stack).length - 1;
    const [startedNs, cpu] = [nowNs(), pid === undefined ? 0 : cpuNs(pid)];
    await stack.pass(effort.windowMs);
    const [seconds, used] = [(nowNs() - startedNs) / NS_PER_S, pid === undefined ? 0 : cpuNs(pid) - cpu];
    await stack.until('further ticks', () => counts(stack).length > from + 1);
    const told = counts(stack).slice(from);
    const [first, last] = [told[0], told[told.length - 1]];
    const rate = ((last.ticks - first.ticks) / (last.ns - first.ns)) * NS_PER_S;
    return { rate, ...(pid !== undefined && { cpu: used / (rate * seconds) }) };
  });
}

/** What the receiver has told so far: whole lines only. */
function counts(stack: Stack): { ns: number; ticks: number }[] {
  return stack
    .linesOf(COUNTING)
    .map((line) => line.split(' ').map(Number))
    .map(([ns, ticks]) => ({ ns, ticks }));
}

async function behindGateway(stack: Stack, file: string, args: readonly string[]): Promise<number> {
  stack.start('gateway', FULL_SPEED);
  await stack.listening('gateway', stack.newsPort);
  const pid = stack.run(COUNTING, file, args);
  stack.holdNews();
  return pid;
}

async function throughCarrier(
  stack: Stack,
  carrier: string,
  address: string,
  isReady: () => boolean = () => true,
): Promise<number> {
  await stack.until(carrier, isReady);
  const pid = stack.run(COUNTING, process.execPath, [programFile('peer-receiver'), carrier, address]);
  await stack.until('the receiver', () => counts(stack).length > 0);
  stack.run('sender', process.execPath, [programFile('peer-sender'), carrier, address, String(SYMBOLS)]);
  return pid;
}

function python(name: string, needs: readonly string[], args: readonly string[] = []): Baseline {
  return {
    name,
    needs,
    start: (stack) =>
      behindGateway(stack, 'python3', [
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
    start: async (stack) => {
      stack.run(COUNTING, process.execPath, [programFile('channel-sender'), mode, String(SYMBOLS)]);
      return undefined;
    },
  };
}
