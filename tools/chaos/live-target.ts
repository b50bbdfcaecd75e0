// The running stack that `chaos --stack` disturbs, found through the registry of processes.

import { type LiveProcess, liveProcesses } from '../../src/platform/process-registry.ts';
import { statFields } from '../testing/proc.ts';
import { NoTargetError } from './errors.ts';
import { PROCESSES } from './plan.ts';

/** A process of the stack that can be signalled. */
export interface Victim {
  readonly command: string;
  readonly pid: number;
  /** Whether a `run` started it, and so restarts it. */
  readonly isRestarted: boolean;
}

/** @throws NoTargetError if it does not run, ProcessRegistryError */
export function requireTarget(stack: string): void {
  const running = new Set(
    liveProcesses()
      .filter(isDisturbed)
      .map((process) => process.stack),
  );
  if (!running.has(stack)) throw new NoTargetError(stack, [...running].sort());
}

/** Its processes, in an order that stays the same over restarts: as ticks flow, those of a run first. @throws ProcessRegistryError */
export function victimsOf(stack: string): Victim[] {
  const live = liveProcesses().filter((process) => process.stack === stack);
  const run = live.find(({ command }) => command === 'run')?.pid;
  const victims = live.flatMap(({ command, pid }) =>
    pid === undefined ? [] : [{ command, pid, isRestarted: parentOf(pid) === run }],
  );
  return PROCESSES.flatMap((name) => {
    const ofKind = victims.filter(({ command }) => command === name);
    return [...ofKind.filter((one) => one.isRestarted), ...ofKind.filter((one) => !one.isRestarted)];
  });
}

/** The record that the stack writes; undefined if none of its processes has one. @throws ProcessRegistryError */
export function recordOf(stack: string): string | undefined {
  return liveProcesses().find((process) => process.stack === stack && process.record !== undefined)?.record;
}

function isDisturbed({ command }: LiveProcess): boolean {
  return PROCESSES.some((name) => name === command);
}

/** Undefined when it has exited. */
function parentOf(pid: number): number | undefined {
  const [, parent] = statFields(pid);
  return parent === undefined ? undefined : Number(parent);
}
