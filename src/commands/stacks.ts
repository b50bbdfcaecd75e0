// `tickline stacks`: lists the stacks that run.

import { printable } from '../platform/printable.ts';
import { type LiveProcess, liveProcesses } from '../platform/process-registry.ts';
import type { StacksSettings } from '../settings/settings.ts';

/** Prints each stack with its processes, in the order of their start. @throws ProcessRegistryError */
export async function showStacks({ json }: StacksSettings): Promise<void> {
  const live = liveProcesses();
  if (json) {
    for (const process of live) console.log(JSON.stringify(process));
    return;
  }
  const stacks = new Set(live.map(({ stack }) => stack));
  for (const stack of [...stacks].sort())
    for (const line of stackLines(stack, live)) console.log(printable(line));
  if (stacks.size === 0) console.log('no stack runs; start one with ./tickline run');
}

function stackLines(stack: string, live: readonly LiveProcess[]): string[] {
  const processes = live.filter((process) => process.stack === stack);
  const records = new Set(processes.flatMap(({ record }) => record ?? []));
  return [
    `stack ${stack}`,
    ...processes.map(processLine),
    ...[...records].map((record) => `  record ${record}`),
    '',
  ];
}

function processLine({ command, pid, since, ports }: LiveProcess): string {
  const each = Object.entries(ports).map(([name, port]) => `${name} ${port === 0 ? 'not chosen yet' : port}`);
  const id = pid === undefined ? 'in another PID namespace' : `process ${pid}`;
  return `  ${command.padEnd(14)} ${id.padEnd(15)} since ${localTime(since)}  ${each.join(', ')}`.trimEnd();
}

/** `2026-11-28 20:41:03`, in the time zone of this machine. */
function localTime(since: string): string {
  return new Date(since).toLocaleString('sv-SE');
}
