// The faults, one after the other. Each is held for a while and then mended; the cluster has to trade again after both.

import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { leaderOf, type NatsServer } from '../../testing/nats-server.ts';
import type { Stage } from './stage.ts';

export interface Fault {
  readonly name: string;
  /** Machines that must trade within the time limit although the fault lasts. */
  readonly goOn: readonly number[];
  /** Part of the short run. */
  readonly isShort?: boolean;
  /** Makes the fault and holds it as long as it lasts by itself. */
  begin(stage: Stage, signal: AbortSignal): Promise<void>;
  mend(stage: Stage): Promise<void>;
}

const ALL = [0, 1, 2];
const CHUNK = Buffer.alloc(1024 * 1024, 0x55);
const STEP_S = 10;

/** The leader of what the Gateway writes, or of the orders. */
function leaderKilled(stream: string, isShort: boolean): Fault {
  let killed: NatsServer | undefined;
  return {
    name: `the server that leads ${stream} is killed`,
    goOn: ALL,
    isShort,
    begin: async ({ servers }) => {
      killed = await leaderOf(stream, servers);
      await killed?.stop();
    },
    mend: () => restart(killed),
  };
}

async function restart(...servers: readonly (NatsServer | undefined)[]): Promise<void> {
  for (const server of servers) server?.start();
  for (const server of servers) await server?.ready();
}

function nodeStopped(machine: number, seconds: number): Fault {
  const signalAll = (stage: Stage, signal: 'SIGSTOP' | 'SIGCONT') => {
    for (const started of stage.processesOf(machine)) started.signal(signal);
    stage.servers[machine].signal(signal);
  };
  return {
    name: `machine ${machine} is stopped for ${seconds} s`,
    goOn: [],
    begin: async (stage, signal) => {
      signalAll(stage, 'SIGSTOP');
      await sleep(seconds * 1_000, undefined, { signal });
    },
    mend: async (stage) => signalAll(stage, 'SIGCONT'),
  };
}

function linkDown(machine: number, seconds: number, isShort = false): Fault {
  return {
    name: `the link of machine ${machine} is down for ${seconds} s`,
    goOn: [],
    isShort,
    begin: async (stage, signal) => {
      stage.machines[machine].setLink(false);
      await sleep(seconds * 1_000, undefined, { signal });
    },
    mend: async (stage) => stage.machines[machine].setLink(true),
  };
}

const TWO_RESTARTED: Fault = {
  name: 'two of three servers are restarted under load',
  goOn: ALL,
  isShort: false,
  begin: async ({ servers }) => {
    const leader = await leaderOf('TL_MD_0', servers);
    const others = servers.filter((server) => server !== leader);
    await Promise.all(others.map((server) => server.stop('SIGTERM')));
    await restart(...others);
  },
  mend: async () => {},
};

const DISK_FULL: Fault = {
  name: 'the disk of one server is full',
  goOn: ALL,
  begin: async ({ smallDisk }) => fill(path.join(smallDisk, 'filler')),
  mend: async ({ smallDisk, serverOfSmallDisk }) => {
    fs.rmSync(path.join(smallDisk, 'filler'));
    await serverOfSmallDisk.stop('SIGTERM'); // it has switched its streams off
    await restart(serverOfSmallDisk);
  },
};

/** Until the server has no room left either. */
async function fill(file: string): Promise<void> {
  const fd = fs.openSync(file, 'a');
  try {
    for (let failures = 0; failures < 50; ) {
      try {
        fs.writeSync(fd, CHUNK);
      } catch {
        failures++;
        await sleep(100);
      }
    }
  } finally {
    fs.closeSync(fd);
  }
}

const CLOCKS_STEPPED: Fault = {
  name: `the wall clocks of machines 0 and 2 step by ${STEP_S} s, against each other`,
  goOn: ALL,
  isShort: true,
  begin: async ({ machines: [first, , third] }) => {
    first.clock.set(STEP_S);
    third.clock.set(-STEP_S);
  },
  mend: async ({ machines: [first, , third] }) => {
    first.clock.set(0);
    third.clock.set(0);
  },
};

export const FAULTS: readonly Fault[] = [
  leaderKilled('TL_MD_0', true),
  leaderKilled('TL_REP_0', false),
  nodeStopped(1, 12),
  linkDown(2, 2),
  linkDown(1, 6),
  linkDown(0, 6, true),
  linkDown(0, 15),
  TWO_RESTARTED,
  DISK_FULL,
  CLOCKS_STEPPED,
];
