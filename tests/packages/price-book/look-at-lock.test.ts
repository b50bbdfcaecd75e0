// To look at the lock of a book does not take it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { test } from 'node:test';
import { bookPath, isHeld, PriceBookWriter } from '@tickline/price-book';

const LIMIT = { timeout: 60_000 };
const TAKEOVERS = 2_000;
const SMALL = { symbolCapacity: 4, ringCapacity: 8 };
const LOOKER = `
  import { requireFreeBook } from '@tickline/price-book';
  console.log('looking');
  for (;;) try { requireFreeBook(process.argv[1]); } catch {}
`;

test('a writer takes over a left book however often another process looks at it', LIMIT, async (t) => {
  const name = `test-look-${process.pid}`;
  const file = bookPath(name);
  const left = `${file}.left`;
  const looker = spawn(process.execPath, ['--input-type=module', '--eval', LOOKER, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => {
    looker.kill('SIGKILL');
    for (const path of [file, left]) fs.rmSync(path, { force: true });
  });
  await once(looker.stdout, 'data');
  for (let takeover = 0; takeover < TAKEOVERS; takeover++) {
    const writer = new PriceBookWriter(['AAPL'], name, SMALL);
    assert.ok(isHeld(file));
    fs.linkSync(file, left);
    writer.close();
    fs.renameSync(left, file); // as a killed writer would have left it
    assert.equal(isHeld(file), false);
  }
});
