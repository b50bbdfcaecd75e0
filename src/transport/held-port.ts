// A port that outlives the processes that serve it. The orchestrator binds it and hands the socket to the process,
// and to each one that replaces it. While none runs, nobody else can bind the port, and connections wait for the
// next process.
//
//    orchestrator: bind ──▶ fd ──▶ process: listen, accept ──▶ dies
//                            └───▶ next process: accept

import dns from 'node:dns/promises';
import fs from 'node:fs';
import os from 'node:os';
import { bindTcpSocket, reuseAddress } from '@tickline/posix';
import { PARENT_VARIABLE } from '../platform/lifecycle.ts';
import { ListenError } from './errors.ts';
import type { ListenAddress } from './listener.ts';

/** In the environment of a process: the ports that it inherits and their descriptors, `9001=3,9002=4`. */
const PORTS_VARIABLE = 'TICKLINE_PORTS';
/** Standard input, output and error come first. */
const FIRST_FD = 3;

export class HeldPort {
  readonly port: number;
  #fd: number | undefined;

  /** Binds the port; for 0, any free one. @throws ListenError */
  static async bind({ host, port, option }: ListenAddress): Promise<HeldPort> {
    try {
      const { address } = await dns.lookup(host); // the address that Node would listen on
      const [bare = address] = address.split('%');
      return new HeldPort(bindTcpSocket(bare, scopeOf(bare), port));
    } catch (cause) {
      throw new ListenError(option, host, port, cause);
    }
  }

  private constructor({ fd, port }: { fd: number; port: number }) {
    this.#fd = fd;
    this.port = port;
  }

  /** The descriptor, for the standard streams of a child; undefined after release(). */
  get fd(): number | undefined {
    return this.#fd;
  }

  /** Lets go of the port: once no process serves it, clients are refused. */
  release(): void {
    if (this.#fd !== undefined) fs.closeSync(this.#fd);
    this.#fd = undefined;
  }
}

/** How a child gets the ports: what follows its three standard streams, and its environment. */
export function handDown(ports: readonly HeldPort[]): { fds: number[]; env: Record<string, string> } {
  const held = ports.flatMap(({ fd, port }) => (fd === undefined ? [] : [{ fd, port }]));
  const names = held.map(({ port }, index) => `${port}=${FIRST_FD + index}`);
  return { fds: held.map(({ fd }) => fd), env: { [PORTS_VARIABLE]: names.join(',') } };
}

/** Where to listen: on the socket that this process has inherited for the port, or on the address. */
export function listenOn({
  host,
  port,
}: Omit<ListenAddress, 'option'>): { fd: number } | { host: string; port: number } {
  const fd = inherited.get(port);
  if (fd === undefined) return { host, port };
  reuseAddress(fd);
  return { fd };
}

const inherited = inheritedPorts();

/** Only what the parent meant for this very process: a program that it starts in turn inherits no socket. */
function inheritedPorts(): ReadonlyMap<number, number> {
  const { [PORTS_VARIABLE]: named = '', [PARENT_VARIABLE]: parent } = process.env;
  delete process.env[PORTS_VARIABLE];
  if (named === '' || Number(parent) !== process.ppid) return new Map();
  const pairs = named.split(',').map((pair) => pair.split('=').map(Number));
  return new Map(pairs.map(([port = 0, fd = -1]) => [port, fd]));
}

/** The index of the interface that has this link-local address of this machine; 0 for every other address. */
function scopeOf(address: string): number {
  for (const interfaces of Object.values(os.networkInterfaces()))
    for (const one of interfaces ?? [])
      if (one.family === 'IPv6' && one.address === address) return one.scopeid;
  return 0;
}
