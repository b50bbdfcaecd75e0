import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { withLockedFolders } from '../../src/platform/registry-folder.ts';
import { NOBODY } from '../../tools/testing/another-user.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

const notRoot = process.getuid?.() !== 0 && 'only root can give a folder away';

/** Where another user has made a folder with the name of this user's registry. */
function takenFolder(t: TestContext): string {
  const folder = path.join(temporaryFolder(t), 'tickline.0');
  fs.mkdirSync(folder, { mode: 0o777 });
  fs.chownSync(folder, NOBODY, NOBODY);
  return folder;
}

/** Lists this process, as a registry would. */
function list(folder: string, name: string): void {
  withLockedFolders(([first]) => fs.writeFileSync(path.join(first, name), ''), folder);
}

function listed(folder: string): string[] {
  return withLockedFolders((folders) => folders.flatMap((own) => fs.readdirSync(own)), folder).sort();
}

test('another user who takes the name of the registry hides no process', { skip: notRoot }, (t) => {
  const folder = takenFolder(t);
  fs.writeFileSync(path.join(folder, 'planted'), '');
  list(folder, 'first');
  list(folder, 'second');
  assert.deepEqual(listed(folder), ['first', 'second']);
});

test('processes of both names are listed when the other user lets the first go', { skip: notRoot }, (t) => {
  const folder = takenFolder(t);
  list(folder, 'before');
  fs.rmdirSync(folder);
  list(folder, 'after');
  fs.mkdirSync(folder);
  list(folder, 'last');
  assert.deepEqual(listed(folder), ['after', 'before', 'last']);
});

test('a registry without entries leaves no folder', { skip: notRoot }, (t) => {
  const folder = takenFolder(t);
  withLockedFolders(() => {}, folder);
  assert.deepEqual(
    fs.readdirSync(path.dirname(folder)),
    [path.basename(folder)],
    'only that of the other user',
  );
});

test('a process that exits leaves the folder to one that has locked it', (t) => {
  const folder = path.join(temporaryFolder(t), 'tickline.0');
  const files = withLockedFolders((folders) => {
    withLockedFolders(() => {}, folder); // as the other does; it waits for the lock in vain
    return folders.flatMap((own) => fs.readdirSync(own));
  }, folder);
  assert.deepEqual(files, []);
  assert.ok(!fs.existsSync(folder));
});
