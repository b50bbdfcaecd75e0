// One attack after the other, a line for each, and a total.

import type { Attack, Outcome, Target } from './attack.ts';

export interface SeriesOptions {
  /** Why nothing here can act as another user; false if it can. */
  readonly notAsAnother: string | false;
  readonly print: (line: string) => void;
  /** Once aborted, no further attack starts. */
  readonly signal: AbortSignal;
}

/** Resolves to the number of attacks that got through. @throws the reason of `signal` */
export async function attackInTurn(
  attacks: readonly Attack[],
  target: Target,
  { notAsAnother, print, signal }: SeriesOptions,
): Promise<number> {
  let held = 0;
  let skipped = 0;
  for (const attack of attacks) {
    if (attack.needsRoot && notAsAnother !== false) {
      print(`skipped   ${attack.name}: ${notAsAnother}`);
      skipped++;
      continue;
    }
    const outcome = await outcomeOf(attack, target);
    signal.throwIfAborted();
    if (outcome.held) held++;
    print(`${outcome.held ? 'held    ' : 'NOT HELD'}  ${attack.name}: ${outcome.figure}`);
  }
  const through = attacks.length - held - skipped;
  print(`${attacks.length} attacks: ${held} held, ${through} got through, ${skipped} skipped`);
  return through;
}

async function outcomeOf(attack: Attack, target: Target): Promise<Outcome> {
  try {
    return await attack.attempt(target);
  } catch (error) {
    return { held: false, figure: firstLine(error) };
  }
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0];
}
