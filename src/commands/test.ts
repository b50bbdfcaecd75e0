// tickline test: runs the tests with Node's own runner.

import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { PROJECT_ROOT } from '../config/options.ts';
import { TicklineError } from '../system/errors.ts';
import { runNode } from './node-child.ts';

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
  return runNode([...runner, ...pattern, ...flags, ...testFiles(names)], PROJECT_ROOT);
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
