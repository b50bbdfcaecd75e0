// Shared by the scripts of this folder: they die with their parent, and print lines of JSON for it.

import { constants } from 'node:os';
import readline from 'node:readline';
import { signalOnParentDeath } from '../../../../packages/posix/libc.ts';

signalOnParentDeath(constants.signals.SIGKILL);

/** The script's arguments. */
export const args = process.argv.slice(2);

export function say(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/** Resolves with the parent's next line, undefined when it has no more to say. */
export async function hear(): Promise<string | undefined> {
  for await (const line of readline.createInterface({ input: process.stdin })) return line;
  return undefined;
}
