// ./tickline chaos --attack: tries on a stack of its own what other programs and users of this machine can do to one.

import { whyNotAnotherUser } from '../testing/another-user.ts';
import { ATTACKS } from './attacks/all.ts';
import { SYMBOLS_MAX } from './attacks/junk-symbols.ts';
import { attackInTurn } from './attacks/series.ts';
import { openStack, startRun } from './stack.ts';

/** No further attack starts after this, and all waits end. */
const TOTAL_MS = 180_000;

/**
 * Starts a stack on loopback, attacks it, and stops it.
 * @returns the number of attacks that got through
 * @throws the reason of `interrupted`, and the errors of a stack that does not start
 */
export async function attackStack(interrupted: AbortSignal, keepFolder: boolean): Promise<number> {
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(TOTAL_MS)]);
  const stack = await openStack(signal);
  try {
    console.log(`starting a stack: folder ${stack.folder}, book ${stack.bookName}`);
    const run = await startRun(stack, '--max-symbols', String(SYMBOLS_MAX));
    const notAsAnother = whyNotAnotherUser();
    return await attackInTurn(ATTACKS, { stack, run }, { notAsAnother, print: console.log, signal });
  } finally {
    await stack.close({ keepFolder });
  }
}
