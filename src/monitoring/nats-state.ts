// Shows to stat, /metrics and the dashboard which server of NATS a process is connected to.

import { liveProcesses, updateNatsServer } from '../platform/process-registry.ts';
import { ProcessRegistryError } from '../platform/registry-folder.ts';
import type { CountingProcess } from './counter-table.ts';
import type { ProcessCounters } from './stack-book.ts';

/** Takes the server, or undefined while there is none, whenever that changes. */
export type OnNatsServer = (server: string | undefined) => void;

/** A process that is not connected yet. */
export function natsState(counters: ProcessCounters, process: CountingProcess): OnNatsServer {
  counters.set(`${process}.nats`, -1);
  return (server) => {
    counters.set(`${process}.nats`, server === undefined ? -1 : 1);
    updateNatsServer(server);
  };
}

/** The server of each process of a stack that is connected to one, by process id; empty where they cannot be known. */
export function natsServers(stack: string): ReadonlyMap<number, string> {
  try {
    const ours = liveProcesses().filter((process) => process.stack === stack);
    return new Map(
      ours.flatMap(({ pid, natsServer }) =>
        pid === undefined || natsServer === undefined ? [] : [[pid, natsServer] as const],
      ),
    );
  } catch (error) {
    if (error instanceof ProcessRegistryError) return new Map();
    throw error;
  }
}
