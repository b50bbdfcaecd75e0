// The machine that the results come from.

import type { Machine } from '../machine.ts';
import { quantity } from './format.ts';

export function machineLine({ cpu, cores, memoryBytes, system, node }: Machine): string {
  return `Measured on ${cores} cores of ${cpu}, ${quantity(memoryBytes, 'bytes')}, ${system}, Node ${node}.`;
}

/** Versions of everything that took part. */
export function machineTable({ kernel, packages, programs }: Machine): string {
  return [
    '| | |',
    '| --- | --- |',
    `| kernel | Linux ${kernel} |`,
    `| packages | ${versions(packages)} |`,
    `| programs | ${versions(programs)} |`,
  ].join('\n');
}

function versions(all: Readonly<Record<string, string>>): string {
  return Object.entries(all)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}
