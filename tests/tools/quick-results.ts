// Runs benchmarks with --quick, and checks what holds for the results of each.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import type { Measure } from '../../tools/bench/benchmark.ts';
import { drawingOf } from '../../tools/bench/drawing.ts';
import type { Results } from '../../tools/bench/results.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

/** Quick runs last longer on a busy machine. */
const TIMEOUT_MS = 600_000;

/** The results of these benchmarks, of one sample each. They leave no shared memory behind. */
export async function quickResults(t: TestContext, names: readonly string[]): Promise<Results['benchmarks']> {
  const file = join(temporaryFolder(t), 'results.json');
  const words = ['bench', ...names, '--quick', '--json', file];
  const tickline = join(PROJECT_ROOT, 'tickline');
  const { status, stdout, stderr } = await runProcess(tickline, words, { timeoutMs: TIMEOUT_MS });
  assert.equal(status, 0, stderr);
  for (const name of names) assert.ok(stdout.includes(drawingOf(`${name}.ts`)), name);

  const { benchmarks, quick, machine }: Results = JSON.parse(readFileSync(file, 'utf8'));
  assert.equal(quick, true);
  assert.ok(machine.cores > 0 && machine.node.startsWith('v'));
  assert.deepEqual(Object.keys(benchmarks), names);
  for (const { cases, command, load, commit, date } of Object.values(benchmarks)) {
    assert.ok(cases.length > 0);
    for (const { name, measures } of cases)
      for (const [column, measured] of Object.entries(measures))
        assertPlausible(`${name}: ${column}`, measured);
    assert.ok(command.startsWith(`./tickline bench ${names.join(' ')} --quick --json `), command);
    assert.ok(load !== undefined && load >= 0 && commit !== '' && Date.parse(date) > 0);
  }
  const left = readdirSync('/dev/shm').filter((name) => name.startsWith('tickline-bench-'));
  assert.deepEqual(
    left.filter((name) => !isOfLiveProcess(name)),
    [],
  );
  return benchmarks;
}

function assertPlausible(what: string, { samples, min, median, max }: Measure): void {
  assert.ok(samples.every(Number.isFinite) && min >= 0 && min <= median && median <= max, what);
}

/** A book's name contains the process id of its benchmark; other benchmarks may be running. */
function isOfLiveProcess(name: string): boolean {
  return existsSync(`/proc/${name.split('-')[2]}`);
}
