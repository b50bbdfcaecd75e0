// A "machine": a network namespace with one link to the others, and a time namespace, in which CLOCK_MONOTONIC counts from
// another boot.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CounterName } from '../../../src/monitoring/counter-table.ts';
import { NODE_FLAGS } from '../../../src/platform/node-flags.ts';
import { PipedOutput } from '../../testing/process-output.ts';
import { Stack } from '../../testing/stack.ts';
import { StartedProcess } from '../../testing/started-process.ts';
import { SteppedClock } from '../../testing/stepped-clock.ts';
import type { Look } from './witness.ts';

const BRIDGE = 'lan';
const OFFSET_S = 100_000;
/** The address of the process that runs the trial. */
export const OWN_ADDRESS = '10.77.0.254';
const addressOf = (index: number): string => `10.77.0.${index + 1}`;
const WATCHDOG = '30m';

function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Makes the switch that the machines are connected to. */
export function openSwitch(): void {
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', BRIDGE, 'type', 'bridge');
  ip('addr', 'add', `${OWN_ADDRESS}/24`, 'dev', BRIDGE);
  ip('link', 'set', BRIDGE, 'up');
}

export class Machine {
  readonly index: number;
  readonly address: string;
  readonly stack: Stack;
  /** The wall clock of Tickline's processes here. The servers are static programs, which no library can deceive. */
  readonly clock: SteppedClock;
  /** A command that becomes one of this machine. */
  readonly enter: readonly string[];
  readonly #holder: StartedProcess;

  /** @param folder of the run */
  static async open(index: number, folder: string, signal: AbortSignal): Promise<Machine> {
    const stack = await Stack.open({
      ...{ prefix: `cl${index}`, supervised: false, output: 'files', signal },
      commandOptions: { duration: WATCHDOG, fsync: 'off' },
    });
    return new Machine(index, stack, new SteppedClock(folder, `step${index}`));
  }

  private constructor(index: number, stack: Stack, clock: SteppedClock) {
    this.index = index;
    this.stack = stack;
    this.clock = clock;
    this.address = addressOf(index);
    const offset = String(OFFSET_S * (index + 1));
    const command = ['unshare', '--net', '--time', '--monotonic', offset, '--boottime', offset];
    this.#holder = new StartedProcess(
      {
        ...{ name: `machine ${index}`, folder: tmpdir(), env: process.env },
        command: ['setpriv', '--pdeathsig', 'KILL', ...command, 'sleep', 'infinity'],
      },
      new PipedOutput(),
    );
    this.enter = ['nsenter', '--target', String(this.#holder.pid), '--net', '--time', '--'];
  }

  /** Connects it. Call it when its holder runs. */
  connect(): void {
    const ends = [this.#port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(this.#holder.pid)];
    ip('link', 'add', ...ends);
    ip('link', 'set', this.#port, 'master', BRIDGE);
    ip('link', 'set', this.#port, 'up');
    const [program, ...words] = this.enter;
    const inside = (...rest: string[]) => execFileSync(program, [...words, 'ip', ...rest]);
    inside('link', 'set', 'lo', 'up');
    inside('addr', 'add', `${this.address}/24`, 'dev', 'eth0');
    inside('link', 'set', 'eth0', 'up');
  }

  /** Whether its namespaces are those of its own, and not yet those of this process. */
  get isReady(): boolean {
    const isOwn = (kind: string) =>
      fs.readlinkSync(`/proc/self/ns/${kind}`) !== fs.readlinkSync(`/proc/${this.#holder.pid}/ns/${kind}`);
    return isOwn('net') && isOwn('time');
  }

  /** Cuts or mends its link. */
  setLink(up: boolean): void {
    ip('link', 'set', this.#port, up ? 'up' : 'down');
  }

  /** Starts a command of Tickline here. */
  start(command: Parameters<Stack['start']>[0], ...words: readonly string[]): StartedProcess {
    return this.stack.startUnder([...this.enter, ...this.clock.wrapper], command, ...words);
  }

  /** Starts the process that reads this machine's book: here, because a book is read by its own clock. */
  startWitness(): void {
    const program = path.join(import.meta.dirname, 'witness.ts');
    const command = [
      ...this.enter,
      process.execPath,
      ...NODE_FLAGS,
      program,
      this.stack.bookName,
      this.#look,
    ];
    this.stack.spawn('witness', command);
  }

  /** What the witness saw last. */
  look(): Look {
    if (!fs.existsSync(this.#look)) return { counters: {}, shards: [], at: 0 };
    return JSON.parse(fs.readFileSync(this.#look, 'utf8'));
  }

  counter(name: CounterName): number {
    return this.look().counters[name] ?? 0;
  }

  get #look(): string {
    return path.join(this.stack.folder, 'look.json');
  }

  get #port(): string {
    return `port${this.index}`;
  }
}
