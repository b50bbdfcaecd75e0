// Real NATS servers for tests: one, or a cluster of three, on free ports and with folders of their own.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { TicklineError } from '../../src/platform/errors.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { until } from './poll.ts';
import { PipedOutput } from './process-output.ts';
import { StartedProcess } from './started-process.ts';
import { unusedPort } from './unused-port.ts';

const HOST = '127.0.0.1';
/** Where tools/cluster/install-nats-server.sh puts it, relative to the project. */
const INSTALLED = 'node_modules/.cache/nats-server/usr/sbin';
const VERSION = /v(\d+)\.(\d+)/;
/** Older servers lose acknowledged messages. */
const MINOR_MIN = 12;
/** How long an election may last. */
const READY_MS = 30_000;
const STOP_MS = 5_000;

/** Why a test that needs NATS is skipped; false where a server is found. */
export function withoutNats(): string | false {
  return (
    natsProgram() === undefined && 'no nats-server 2.12 or later: run tools/cluster/install-nats-server.sh'
  );
}

/** The program, from PATH or where the install script puts it. */
export function natsProgram(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), join(PROJECT_ROOT, INSTALLED)];
  return folders.map((folder) => join(folder, 'nats-server')).find(isRecent);
}

function isRecent(program: string): boolean {
  try {
    const [, major, minor] = VERSION.exec(execFileSync(program, ['--version'], { encoding: 'utf8' })) ?? [];
    return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= MINOR_MIN);
  } catch {
    return false;
  }
}

/** A server did not start. */
class NatsStartError extends TicklineError {
  constructor(found: string) {
    super(`nats-server did not start: ${found}; check its output`);
  }
}

export interface NatsOptions {
  /** Lines of configuration for every server, such as TLS and authorization. */
  readonly configuration?: string | undefined;
  /** Whether a message is on the disk before it is acknowledged. */
  readonly syncAlways?: boolean;
  /** Folder of the stored messages, one folder per server below it. Default: a temporary one. */
  readonly folder?: string | undefined;
}

/** The part of a server's page of streams that is read here. */
interface StreamsPage {
  readonly account_details?: readonly {
    readonly stream_detail?: readonly {
      readonly name: string;
      readonly cluster?: { readonly leader?: string };
    }[];
  }[];
}

/** Where a server runs. */
export interface NatsPlace {
  readonly port: number;
  readonly monitorPort: number;
  readonly configurationFile: string;
  /** Default: loopback. */
  readonly host?: string;
  /** A command that becomes the server, such as one that enters a namespace. */
  readonly wrapper?: readonly string[];
}

/** One server: the same ports and folder however often it is started. */
export class NatsServer {
  readonly url: string;
  readonly port: number;
  readonly #place: NatsPlace;
  readonly #monitor: string;
  #process: StartedProcess | undefined;

  constructor(place: NatsPlace) {
    const { host = HOST, port, monitorPort } = place;
    this.port = port;
    this.url = `nats://${host}:${port}`;
    this.#place = place;
    this.#monitor = `http://${host}:${monitorPort}`;
  }

  start(): void {
    const program = natsProgram();
    if (program === undefined) throw new NatsStartError('no program');
    const { wrapper = [], configurationFile } = this.#place;
    this.#process = new StartedProcess(
      {
        name: 'nats-server',
        // The kernel kills it when the test's process dies, however that happens.
        command: [...wrapper, 'setpriv', '--pdeathsig', 'KILL', program, '-c', configurationFile],
        folder: tmpdir(),
        env: { PATH: process.env.PATH ?? '' },
      },
      new PipedOutput(),
    );
  }

  /** Waits until it serves streams, which in a cluster needs a majority. */
  async ready(): Promise<void> {
    await until('nats-server is ready', () => this.#isHealthy(), {
      timeoutMs: READY_MS,
      details: () => this.#process?.stderr.slice(-2_000) ?? '',
    });
  }

  async #isHealthy(): Promise<boolean> {
    if (this.#process?.exit) throw new NatsStartError(this.#process.stderr.slice(-2_000));
    return (await this.get('healthz'))?.ok === true;
  }

  /** A page of its monitoring port; undefined if it does not answer. */
  async get(page: string): Promise<Response | undefined> {
    const timeout = { signal: AbortSignal.timeout(1_000) };
    return await fetch(`${this.#monitor}/${page}`, timeout).catch(() => undefined);
  }

  signal(name: NodeJS.Signals): void {
    this.#process?.signal(name);
  }

  /** Stops it, by SIGKILL unless told otherwise. start() starts it again. */
  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#process?.stop(signal, STOP_MS);
    this.#process = undefined;
  }
}

/** Servers that replicate each other; one alone is no cluster. */
export class NatsServers {
  readonly servers: readonly NatsServer[];
  readonly #folder: string;

  private constructor(servers: readonly NatsServer[], folder: string) {
    this.servers = servers;
    this.#folder = folder;
  }

  /** Starts one server or three, and waits until they are ready. */
  static async start(
    count: 1 | 3,
    { configuration = '', syncAlways = false, folder }: NatsOptions = {},
  ): Promise<NatsServers> {
    const own = mkdtempSync(join(folder ?? tmpdir(), 'tickline-nats-'));
    const ports = await Promise.all(Array.from({ length: 3 * count }, () => unusedPort()));
    const routes = ports.slice(2 * count).map((port) => `nats-route://${HOST}:${port}`);
    const servers = Array.from({ length: count }, (_, index) => {
      const file = join(own, `${index}.conf`);
      const [port, monitorPort, routePort] = [ports[index], ports[count + index], ports[2 * count + index]];
      const cluster =
        count === 1
          ? ''
          : `cluster { name: test, listen: "${HOST}:${routePort}", routes: [${routes.join(', ')}] }\n`;
      writeFileSync(
        file,
        `server_name: s${index}\nlisten: "${HOST}:${port}"\nhttp: "${HOST}:${monitorPort}"\n` +
          `jetstream { store_dir: "${join(own, String(index))}"${syncAlways ? ', sync_interval: always' : ''} }\n${cluster}${configuration}`,
      );
      return new NatsServer({ port, monitorPort, configurationFile: file });
    });
    const started = new NatsServers(servers, own);
    try {
      for (const server of servers) server.start();
      for (const server of servers) await server.ready();
    } catch (error) {
      await started.close();
      throw error;
    }
    return started;
  }

  get urls(): string[] {
    return this.servers.map(({ url }) => url);
  }

  /** The server that leads the stream; undefined while there is none. */
  leaderOf(stream: string): Promise<NatsServer | undefined> {
    return leaderOf(stream, this.servers);
  }

  /** Kills all servers and removes what they stored. */
  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The server that leads the stream, by what the others say too; undefined while there is none. Their names are s0, s1, s2. */
export async function leaderOf(
  stream: string,
  servers: readonly NatsServer[],
): Promise<NatsServer | undefined> {
  for (const server of servers) {
    const page = await server.get('jsz?streams=true');
    if (page === undefined) continue;
    const { account_details: [account] = [] } = (await page.json()) as StreamsPage;
    const found = account?.stream_detail?.find(({ name }) => name === stream);
    const leader = found?.cluster?.leader;
    if (leader !== undefined) return servers[Number(leader.slice(1))];
  }
  return undefined;
}
