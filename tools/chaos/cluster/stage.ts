// The cluster that is put to the test.
//
//    machine 0                    machine 1                  machine 2
//    ┌──────────────────────┐    ┌─────────────────────┐    ┌─────────────────────┐
//    │ nats-server          │    │ nats-server         │    │ nats-server, on a   │
//    │ Gateway              │    │                     │    │ small disk          │
//    │ OrderBook, Strategy  │    │ OrderBook, Strategy │    │ OrderBook, Strategy │
//    │ OrderManager         │    │ OrderManager        │    │                     │
//    └──────────┬───────────┘    └──────────┬──────────┘    └──────────┬──────────┘
//               └────────────────────── a bridge ──────────────────────┘

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { type Cluster, connectCluster } from '../../../src/cluster/connection.ts';
import { SILENT_LOG } from '../../../src/platform/silent-log.ts';
import { NatsServer } from '../../testing/nats-server.ts';
import { until } from '../../testing/poll.ts';
import type { StartedProcess } from '../../testing/started-process.ts';
import { Machine, openSwitch } from './machine.ts';

const MACHINES = 3;
const [PORT, MONITOR_PORT, ROUTE_PORT] = [4222, 8222, 6222];
/** Of the machine whose disk gets full. */
const SMALL_DISK = 2;
const SMALL_DISK_BYTES = 512 * 1024 * 1024;
/** More than there is: the streams reserve what they may need. */
const STORE_MAX = '100GB';
/** A price is stale after this long. */
export const STALE_MS = 2_000;
/** Until all of it runs, on a loaded machine. */
const START_MS = 120_000;
const STEADY_OFFSET_S = 1.3;
const STEADY_MACHINE = 1;

const OWN = (file: string): string => path.join(import.meta.dirname, file);
const FEED = ['--source', OWN('dated-feed.ts'), '--news-every', '50ms'];
const STALE = ['--stale-after', `${STALE_MS}ms`];
const STRATEGY = ['--strategy', OWN('dated-strategy.ts'), ...STALE];

/** Of a machine's strategy. */
const nameOf = (index: number): string => `s${index}`;

export class Stage implements AsyncDisposable {
  readonly machines: Machine[] = [];
  readonly servers: NatsServer[] = [];
  readonly strategies: StartedProcess[] = [];
  readonly managers: Machine[] = [];
  readonly #folder: string;
  readonly #signal: AbortSignal;
  #gateway: StartedProcess | undefined;
  #cluster: Cluster | undefined;

  /** @param folder of the run @param signal ends every wait */
  constructor(folder: string, signal: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
  }

  /** Starts everything. Returns when every strategy trades. */
  async start(): Promise<void> {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=1777', 'tmpfs', '/dev/shm']);
    openSwitch();
    for (let index = 0; index < MACHINES; index++)
      this.machines.push(await Machine.open(index, this.#folder, this.#signal));
    for (const machine of this.machines) {
      await this.until(`machine ${machine.index} is there`, () => machine.isReady);
      machine.connect();
    }
    for (const machine of this.machines) this.servers.push(this.#newServer(machine));
    for (const server of this.servers) server.start();
    for (const server of this.servers) await server.ready();
    this.#cluster = await connectCluster({ nats: this.#urls }, 'command', SILENT_LOG, this.#signal);
    this.#startTickline();
    for (const { index } of this.machines)
      await this.until(`strategy ${index} trades`, () => this.filled(index) > 0, START_MS);
    await this.until('the other manager stands by', () => this.#standbyReads, START_MS);
  }

  get gateway(): StartedProcess {
    if (this.#gateway === undefined) throw new RangeError('no Gateway runs');
    return this.#gateway;
  }

  /** A client of the servers, beside the machines. */
  get cluster(): Cluster {
    if (this.#cluster === undefined) throw new RangeError('not connected');
    return this.#cluster;
  }

  /** Orders of a machine's strategy that were filled. */
  filled(index: number): number {
    return this.machines[index].counter('strategy.ordersFilled');
  }

  applied(index: number): number {
    return this.machines[index].counter('orderbook.ticksApplied');
  }

  /** All processes of a machine. */
  processesOf(index: number): readonly StartedProcess[] {
    return this.machines[index].stack.processes.filter(({ exit, name }) => !exit && name !== 'witness');
  }

  /** No tick is made while it is paused. */
  pauseFeed(isPaused: boolean): void {
    fs.writeFileSync(this.#feedPause, isPaused ? 'paused' : '');
  }

  /** The strategy's clock, which dates its orders, is this far ahead of the Gateway's, which dates its ticks. */
  aheadMs(strategy: string): number {
    return strategy === nameOf(STEADY_MACHINE) ? STEADY_OFFSET_S * 1_000 : 0;
  }

  async until(condition: string, holds: () => boolean | Promise<boolean>, timeoutMs?: number): Promise<void> {
    await until(condition, holds, { timeoutMs, signal: this.#signal });
  }

  /** Where the small disk is. */
  get smallDisk(): string {
    return this.#store(SMALL_DISK);
  }

  get serverOfSmallDisk(): NatsServer {
    return this.servers[SMALL_DISK];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster?.close();
    await Promise.all(this.machines.map(({ stack }) => stack.close({ keepFolder: true })));
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  get #urls(): string[] {
    return this.servers.map(({ url }) => url);
  }

  get #standbyReads(): boolean {
    const records = this.managers.map(({ stack }) => stack.orders().length);
    return (
      this.managers.filter((one) => one.counter('order-manager.active') === 1).length === 1 &&
      !records.includes(0)
    );
  }

  get #feedPause(): string {
    return path.join(this.#folder, 'feed-is-paused');
  }

  #store(index: number): string {
    return path.join(this.#folder, `nats${index}`);
  }

  #newServer({ index, address, enter }: Machine): NatsServer {
    const store = this.#store(index);
    fs.mkdirSync(store);
    if (index === SMALL_DISK)
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_DISK_BYTES},mode=700`, 'tmpfs', store]);
    const routes = this.machines.map((one) => `nats-route://${one.address}:${ROUTE_PORT}`).join(', ');
    const configurationFile = path.join(this.#folder, `nats${index}.conf`);
    fs.writeFileSync(
      configurationFile,
      `server_name: s${index}
listen: "${address}:${PORT}"
http: "${address}:${MONITOR_PORT}"
log_file: "${path.join(this.#folder, `nats${index}.log`)}"
jetstream { store_dir: "${store}", sync_interval: always, max_file_store: ${STORE_MAX} }
cluster { name: chaos, listen: "${address}:${ROUTE_PORT}", routes: [${routes}], ping_interval: "2s", ping_max: 2 }
`,
    );
    return new NatsServer({
      host: address,
      port: PORT,
      monitorPort: MONITOR_PORT,
      configurationFile,
      wrapper: enter,
    });
  }

  /** The OrderBooks first, so that they have every tick. */
  #startTickline(): void {
    const nats = ['--nats', this.#urls.join(',')];
    const [first, second, third] = this.machines;
    this.machines[STEADY_MACHINE].clock.set(STEADY_OFFSET_S);
    for (const machine of this.machines) {
      machine.start('orderbook', ...nats, ...STALE);
      machine.startWitness();
    }
    for (const machine of [first, second]) {
      machine.start('order-manager', ...nats);
      this.managers.push(machine);
    }
    for (const machine of [first, second, third]) {
      const name = ['--strategy-name', nameOf(machine.index)];
      this.strategies.push(machine.start('strategy', ...nats, ...STRATEGY, ...name));
    }
    this.pauseFeed(false);
    this.#gateway = first.start('gateway', ...nats, ...FEED, '--data', this.#feedPause);
  }
}
