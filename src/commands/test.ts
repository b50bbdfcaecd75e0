// tickline test: runs the tests with Node's own runner.

import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { constants } from 'node:os';
import { relative, resolve } from 'node:path';
import { PROJECT_ROOT } from '../config/options.ts';
import { TicklineError } from '../system/errors.ts';

const CONCURRENCY = 2;

/** No test file answers to a name that was asked for. */
class NoTestsError extends TicklineError {
  constructor(name: string) {
    super(`no test file under tests/ has "${name}" in its path: give a file, a folder or a part of a name`);
  }

  override get exitStatus(): 2 {
    return 2;
  }
}

/**
 * Runs the test files whose path contains one of `names` (all when there are none), and in them only tests
 * whose name matches `only`. Words that start with a dash go to `node --test` as they are. Resolves to the exit
 * status. Throws NoTestsError.
 */
export async function runTests(words: readonly string[], only?: string): Promise<number> {
  const flags = words.filter((word) => word.startsWith('-'));
  const names = words.filter((word) => !word.startsWith('-'));
  const pattern = only === undefined ? [] : [`--test-name-pattern=${only}`];
  const runner = ['--test', `--test-concurrency=${CONCURRENCY}`, '--test-reporter=spec'];
  return run([...runner, ...pattern, ...flags, ...testFiles(names)]);
}

function testFiles(names: readonly string[]): readonly string[] {
  const files = globSync('tests/**/*.test.ts', { cwd: PROJECT_ROOT }).sort();
  if (names.length === 0) return files;
  const chosen = names.flatMap((name) => {
    const path = relative(PROJECT_ROOT, resolve(name));
    const found = files.filter((file) => file.includes(name) || `${file}/`.startsWith(`${path}/`));
    if (found.length === 0) throw new NoTestsError(name);
    return found;
  });
  return [...new Set(chosen)];
}

/** The runner gets Ctrl-C from the terminal itself; this process only waits for it. */
async function run(args: readonly string[]): Promise<number> {
  const runner = spawn(process.execPath, args, { cwd: PROJECT_ROOT, stdio: 'inherit' });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => runner.kill('SIGTERM'));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  runner.once('error', reject);
  runner.once('exit', (status, signal) =>
    resolve(status ?? (signal === null ? 1 : 128 + constants.signals[signal])),
  );
  return promise;
}
