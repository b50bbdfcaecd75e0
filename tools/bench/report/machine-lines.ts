// The machine that the results come from.

import type { Machine } from '../machine.ts';
import { quantity } from './format.ts';

export function machineLine({ cpu, cores, memoryBytes, system, node }: Machine): string {
  return `Measured on ${cores} cores of ${cpu}, ${quantity(memoryBytes, 'bytes')}, ${system}, Node ${node}.`;
}

/** The kernel, and the programs that were compared with; packages are those of the commit. */
export function programsLine({ kernel, programs }: Machine): string {
  const versions = Object.entries(programs).map(([name, version]) => `${name} ${version.split(' sha=')[0]}`);
  return `Linux ${kernel}; ${versions.join(', ')}.`;
}
