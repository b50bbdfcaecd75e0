// tickline test: runs the tests with Node's own runner.

import { randomInt } from 'node:crypto';
import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { UsageError } from '../../src/platform/errors.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runNode } from '../run-node.ts';

const CONCURRENCY = 2;
/** Tests that take minutes, which only --long runs, one file at a time: they want the machine for themselves. */
const LONG_FOLDER = 'tests/long/';
/** Where tests find the seed that they draw from (tests/seed.ts). */
const SEED_VARIABLE = 'TICKLINE_TEST_SEED';
const SEEDS = 1_000_000_000;

/** No test file answers to a name that was asked for. */
class NoTestsError extends UsageError {
  constructor(name: string) {
    super(`no test file under tests/ has "${name}" in its path: give a file, a folder or a part of a name`);
  }
}

/** The seed is no whole number. */
class TestSeedError extends UsageError {
  constructor(found: string) {
    super(
      `--seed: expected a whole number below ${SEEDS}, found "${found}"; give the one that a run printed`,
    );
  }
}

export interface TestOptions {
  /** Only tests whose name matches. */
  readonly only?: string;
  /** Only the long tests, which are left out otherwise. */
  readonly long?: boolean;
  /** What the seeded tests draw from; a long run without one takes a new one, and says which. */
  readonly seed?: string;
}

/**
 * Runs the test files whose path contains one of `names` (all when there are none). Words that start with a dash go to
 * `node --test` as they are. Resolves to the exit status.
 * @throws NoTestsError, TestSeedError
 */
export async function runTests(words: readonly string[], options: TestOptions = {}): Promise<number> {
  const { only, long = false } = options;
  const flags = words.filter((word) => word.startsWith('-'));
  const names = words.filter((word) => !word.startsWith('-'));
  const pattern = only === undefined ? [] : [`--test-name-pattern=${only}`];
  const runner = ['--test', `--test-concurrency=${long ? 1 : CONCURRENCY}`, '--test-reporter=spec'];
  const files = testFiles(names, long);
  setSeed(options);
  return runNode([...runner, ...pattern, ...flags, ...files], PROJECT_ROOT);
}

function testFiles(names: readonly string[], long: boolean): readonly string[] {
  const files = globSync('tests/**/*.test.ts', { cwd: PROJECT_ROOT })
    .filter((file) => file.startsWith(LONG_FOLDER) === long)
    .sort();
  if (names.length === 0) return files;
  const chosen = names.flatMap((name) => {
    const path = relative(PROJECT_ROOT, resolve(name));
    const found = files.filter((file) => file.includes(name) || `${file}/`.startsWith(`${path}/`));
    if (found.length === 0) throw new NoTestsError(name);
    return found;
  });
  return [...new Set(chosen)];
}

/** The tests inherit it in their environment. */
function setSeed({ seed, long }: TestOptions): void {
  if (seed !== undefined && !/^\d{1,9}$/.test(seed)) throw new TestSeedError(seed);
  if (seed === undefined && !long) return;
  const chosen = seed ?? String(randomInt(SEEDS));
  process.env[SEED_VARIABLE] = chosen;
  console.log(`seed ${chosen}: --seed ${chosen} runs the same again`);
}
