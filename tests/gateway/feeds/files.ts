// Files for the tests of feeds, each in its own directory, which is removed with the test.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Writes `content` to a new file and returns its path. */
export function tempFile(t: Pick<TestContext, 'after'>, content: string | Uint8Array): string {
  const path = join(tempDirectory(t), 'feed.csv');
  writeFileSync(path, content);
  return path;
}

export function tempDirectory(t: Pick<TestContext, 'after'>): string {
  const directory = mkdtempSync(join(tmpdir(), 'tickline-feed-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** The path of a file under data/. */
export function dataFile(name: string): string {
  return join(import.meta.dirname, '../../../data', name);
}
