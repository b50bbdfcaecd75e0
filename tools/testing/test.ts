// tickline test: runs the tests with Node's test runner.

import { randomInt } from 'node:crypto';
import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { UsageError } from '../../src/platform/errors.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runNode } from '../run-node.ts';

const CONCURRENCY = 2;
/** Tests that last minutes. Only --long runs them, one file at a time, because they need the whole machine. */
const LONG_FOLDER = 'tests/long/';
/** Passes the seed to tests/seed.ts. */
const SEED_VARIABLE = 'TICKLINE_TEST_SEED';
const SEEDS = 1_000_000_000;

/** No test file matches a name. */
class NoTestsError extends UsageError {
  constructor(name: string) {
    super(`no test file under tests/ has "${name}" in its path: name a file, a folder, or part of a path`);
  }
}

/** The seed is not an integer. */
class TestSeedError extends UsageError {
  constructor(found: string) {
    super(`--seed: expected an integer below ${SEEDS}, found "${found}"; use the seed that a run printed`);
  }
}

export interface TestOptions {
  /** Runs only tests whose name matches. */
  readonly only?: string;
  /** Runs the long tests instead of the others. */
  readonly long?: boolean;
  /** Seed of the random tests; a long run without one draws one and prints it. */
  readonly seed?: string;
}

/**
 * Runs the test files whose path contains one of `words`, or all of them if there are none. Words that start with a dash
 * are passed to `node --test`. Resolves to the exit status.
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

/** The tests inherit it through the environment. */
function setSeed({ seed, long }: TestOptions): void {
  if (seed !== undefined && !/^\d{1,9}$/.test(seed)) throw new TestSeedError(seed);
  if (seed === undefined && !long) return;
  const chosen = seed ?? String(randomInt(SEEDS));
  process.env[SEED_VARIABLE] = chosen;
  console.log(`seed ${chosen}: --seed ${chosen} repeats this run`);
}
