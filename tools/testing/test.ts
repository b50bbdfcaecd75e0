// tickline test: runs the tests with Node's test runner: those of Tickline, and any file or folder of the user's.

import { randomInt } from 'node:crypto';
import { globSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { UsageError } from '../../src/platform/errors.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runNode } from '../run-node.ts';
import { SharedProcesses } from './shared-process.ts';

/** Test files at a time: more than two cores, because most tests wait for processes. */
const CONCURRENCY = 4;
const TESTS = 'tests/';
const USERS = '**/*.test.{ts,mts,cts,js,mjs,cjs}';
/** Slow tests, and variants of others. Only --long runs them, one file at a time, because they need the whole machine. */
const LONG_FOLDER = 'tests/long/';
/** Passes the seed to tests/seed.ts. */
const SEED_VARIABLE = 'TICKLINE_TEST_SEED';
const SEEDS = 1_000_000_000;

/** No test file matches a name. */
class NoTestsError extends UsageError {
  constructor(name: string) {
    super(
      `no test file matches "${name}": name a file, a folder with *.test.ts or *.test.js files, or part of a path under tests/`,
    );
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
 * Runs the test files whose path contains one of `words`, or all of them if there are none. A word may also name a file or
 * folder anywhere else, from the current folder. Words that start with a dash are passed to `node --test`. Resolves to the
 * exit status.
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
  const isOwn = files.some((file) => file.startsWith(TESTS));
  using shared = names.length === 0 && !long ? new SharedProcesses(files) : undefined;
  const command = [...runner, ...pattern, ...flags, ...(shared?.files ?? files)];
  return await runNode(command, isOwn ? PROJECT_ROOT : undefined);
}

function testFiles(names: readonly string[], long: boolean): readonly string[] {
  const files = globSync('tests/**/*.test.ts', { cwd: PROJECT_ROOT })
    .filter((file) => file.startsWith(LONG_FOLDER) === long)
    .sort();
  if (names.length === 0 && files.length === 0) throw new NoTestsError(TESTS); // installed from npm
  if (names.length === 0) return files;
  const chosen = names.flatMap((name) => {
    if (isUsersFile(name)) return [resolve(name)];
    const path = relative(PROJECT_ROOT, resolve(name));
    const found = files.filter((file) => file.includes(name) || `${file}/`.startsWith(`${path}/`));
    const isOwn = `${path}/`.startsWith(TESTS);
    if (found.length === 0 && !isOwn) found.push(...filesElsewhere(resolve(name)));
    if (found.length === 0) throw new NoTestsError(name);
    return found;
  });
  return [...new Set(chosen)];
}

/** Whether there is such a file, and not under tests/. It may have the name of a file there. */
function isUsersFile(name: string): boolean {
  const isFile = statSync(name, { throwIfNoEntry: false })?.isFile() ?? false;
  return isFile && !relative(PROJECT_ROOT, resolve(name)).startsWith(TESTS);
}

/** The file, or the test files of the folder; none if there is neither. */
function filesElsewhere(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.isFile() ? [path] : [];
  const exclude = (file: string) => /(^|\/)node_modules$/.test(file);
  return globSync(USERS, { cwd: path, exclude })
    .map((file) => join(path, file))
    .sort();
}

/** The tests inherit it through the environment. */
function setSeed({ seed, long }: TestOptions): void {
  if (seed !== undefined && !/^\d{1,9}$/.test(seed)) throw new TestSeedError(seed);
  if (seed === undefined && !long) return;
  const chosen = seed ?? String(randomInt(SEEDS));
  process.env[SEED_VARIABLE] = chosen;
  console.log(`seed ${chosen}: --seed ${chosen} repeats this run`);
}
