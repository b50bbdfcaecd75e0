// Runs a program to its end, in a folder and an environment of the test's choice.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const TIMEOUT_MS = 120_000;

export interface Ended {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Resolves when the program has ended, whatever its exit status; undefined when a signal ended it. */
export function runProcess(
  file: string,
  args: readonly string[],
  {
    cwd,
    env = process.env,
    timeoutMs = TIMEOUT_MS,
  }: { cwd?: string; env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<Ended> {
  // Without it, a `node --test` below this one would report to this one and run nothing.
  const { NODE_TEST_CONTEXT, ...clean } = env;
  return new Promise((resolve) => {
    execFile(file, args, { cwd, env: clean, timeout: timeoutMs }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
      resolve({ status, stdout, stderr });
    });
  });
}

/** A new empty folder that is removed when the test ends. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tickline-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
