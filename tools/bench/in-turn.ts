// Repeats measurements. Settings that are compared take turns, so that a change of the machine affects all of them.

import type { Bench } from './benchmark.ts';

/** Runs one setting once per sample. */
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

/** Runs all settings in turn, once per sample. @returns the samples by setting */
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
