// Runs a program until it exits, in a folder and an environment that the test chooses.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const TIMEOUT_MS = 120_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

export interface Ended {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Resolves when the program has exited, with any status; the status is undefined when a signal killed it. */
export function runProcess(
  file: string,
  args: readonly string[],
  {
    cwd,
    env = process.env,
    timeoutMs = TIMEOUT_MS,
  }: { cwd?: string; env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<Ended> {
  // With NODE_TEST_CONTEXT, a `node --test` started here would report to this test run, and run nothing.
  const { NODE_TEST_CONTEXT, ...clean } = env;
  return new Promise((resolve) => {
    const options = { cwd, env: clean, timeout: timeoutMs, maxBuffer: OUTPUT_BYTES_MAX };
    execFile(file, args, options, (error, stdout, stderr) => {
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
