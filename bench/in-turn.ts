// Several settings that are compared, each measured once in every round: a change of the machine's mood hits all of them.

import type { Bench } from './benchmark.ts';

/** Runs all, one after the other, as often as there are samples to take. @returns the samples, by the names of the runs */
export async function inTurn<Sample>(
  { effort, progress }: Bench,
  runs: ReadonlyMap<string, () => Promise<Sample>>,
): Promise<Map<string, Sample[]>> {
  const samples = new Map([...runs.keys()].map((name): [string, Sample[]] => [name, []]));
  for (let repeat = 1; repeat <= effort.repeats; repeat++) {
    for (const [name, run] of runs) {
      progress(`${name}: run ${repeat} of ${effort.repeats}`);
      samples.get(name)?.push(await run());
    }
  }
  return samples;
}
