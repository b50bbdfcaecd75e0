// A setting is measured as often as there are samples to take. Several that are compared are measured once in every round
// each: a change of the machine's mood hits all of them.

import type { Bench } from './benchmark.ts';

/** Runs one setting, again and again. @returns its samples */
export async function samplesOf<Sample>(
  { effort, progress }: Bench,
  name: string,
  run: () => Promise<Sample>,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let repeat = 1; repeat <= effort.repeats; repeat++) {
    progress(`${name}: run ${repeat} of ${effort.repeats}`);
    samples.push(await run());
  }
  return samples;
}

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
