// Files that a process reads at its start: whose they are, who could change them, and what is no file at all.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { FileRefusedError } from '../../src/platform/file-trust.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { readSmallFile, readSmallFileWithin } from '../../src/platform/small-file.ts';
import { temporaryFolder } from '../run-process.ts';

const NOBODY = 65_534;
const TIMEOUT_MS = 60_000;
const onlyRoot = { skip: process.getuid?.() !== 0 && 'only root can give a file away' };

/** Reads the file both ways. Both must give the same text, or be refused for the same reason. */
async function read(file: string): Promise<string> {
  let now: unknown;
  try {
    now = readSmallFile(file);
  } catch (error) {
    now = error;
  }
  const later = await readSmallFileWithin(file, TIMEOUT_MS).catch((error: unknown) => error);
  assert.equal(String(later), String(now));
  if (now instanceof Error) throw now;
  return String(now);
}

async function refusalOf(file: string): Promise<string> {
  const error = await read(file).catch((error: unknown) => error);
  assert.ok(error instanceof FileRefusedError, String(error));
  assert.ok(error.message.includes(file), error.message);
  assert.ok(!error.message.includes('\n'));
  return error.message;
}

function fileIn(t: TestContext, text = 'text'): { readonly folder: string; readonly file: string } {
  const folder = temporaryFolder(t);
  const file = path.join(folder, 'file');
  fs.writeFileSync(file, text, { mode: 0o644 });
  return { folder, file };
}

test("a user's own file is read, also through a symlink", async (t) => {
  const { folder, file } = fileIn(t);
  const link = path.join(folder, 'link');
  fs.symlinkSync(file, link);
  assert.deepEqual([await read(file), await read(link)], ['text', 'text']);
});

test('a file that others can write is refused, with the command that mends it', async (t) => {
  const { file } = fileIn(t);
  fs.chmodSync(file, 0o646);
  assert.match(await refusalOf(file), /mode 646, which others can write; .*chmod go-w /);
  execFileSync('sh', ['-c', `chmod go-w ${file}`]);
  assert.equal(await read(file), 'text');
});

test('a file in a folder that others can write is refused, unless only owners can remove there', async (t) => {
  const { folder, file } = fileIn(t);
  fs.chmodSync(folder, 0o777);
  assert.match(await refusalOf(file), new RegExp(`its folder ${folder} with mode 777`));
  fs.chmodSync(folder, 0o1777);
  assert.equal(await read(file), 'text');
});

test("another user's file is refused, and root's is read by another user", onlyRoot, async (t) => {
  const { file } = fileIn(t);
  fs.chownSync(file, NOBODY, NOBODY);
  assert.match(await refusalOf(file), new RegExp(`a file of user ${NOBODY}.*chown 0 `));
});

test("a file in another user's folder is refused", onlyRoot, async (t) => {
  const { folder, file } = fileIn(t);
  fs.chownSync(folder, NOBODY, NOBODY);
  assert.match(await refusalOf(file), new RegExp(`its folder ${folder} of user ${NOBODY}`));
});

test("a group of several users counts as others, a user's private one does not", onlyRoot, async (t) => {
  const { file } = fileIn(t);
  fs.chmodSync(file, 0o664);
  assert.equal(await read(file), 'text'); // the group of root
  fs.chownSync(file, 0, NOBODY);
  assert.match(await refusalOf(file), /mode 664/);
});

test("under sudo the caller's file is read", onlyRoot, async (t) => {
  const { file } = fileIn(t);
  fs.chownSync(file, NOBODY, NOBODY);
  process.env.SUDO_UID = String(NOBODY);
  t.after(() => {
    delete process.env.SUDO_UID;
  });
  assert.equal(await read(file), 'text');
});

test('the files of the project itself are read, whoever made the checkout', async () => {
  assert.match(await read(path.join(PROJECT_ROOT, 'package.json')), /"name"/);
});

test('what is no file is refused without waiting', async (t) => {
  const { folder } = fileIn(t);
  const pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const place of [pipe, folder, '/dev/zero', '/dev/null'])
    assert.match(await refusalOf(place), /something that is not a file/);
});

test('a file without end is refused: by its size, or while it grows', async (t) => {
  const { file } = fileIn(t);
  fs.truncateSync(file, 2 ** 40);
  assert.match(await refusalOf(file), /1099511627776 bytes/);
  if (onlyRoot.skip === false) assert.match(await refusalOf('/proc/kallsyms'), /more than 1048576 bytes/);
});
