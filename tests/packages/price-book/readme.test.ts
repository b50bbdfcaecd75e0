// The programs in the README of the package run as they stand.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { sharedPath } from '@tickline/price-book/shared-memory';
import { bookFiles } from '../../../packages/price-book/book-file.ts';
import { PROJECT_ROOT } from '../../../src/platform/project-root.ts';
import { until } from '../../../tools/testing/poll.ts';
import { uniqueFile } from './shared-memory/weather.ts';
import { uniqueBook } from './unique-book.ts';

const README = path.join(PROJECT_ROOT, 'packages/price-book/README.md');

/** The programs of the README in a folder, with another name for the book, because tests run at the same time. */
function programsOf(t: TestContext, book: string, language = 'ts'): string[] {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'tickline-readme-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  fs.symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  const blocks = [...fs.readFileSync(README, 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  const ofLanguage = blocks.filter(([, found]) => found === language);
  return ofLanguage.map(([, , code = ''], index) => {
    const file = path.join(folder, `program-${index}.${language}`);
    const named = code.replaceAll("'demo'", `'${book}'`).replace(/(\/dev\/shm\/|')weather'/g, `$1${book}'`);
    fs.writeFileSync(file, named);
    return file;
  });
}

function start(t: TestContext, program: string) {
  const child = spawn(process.execPath, [program], { timeout: 60_000, killSignal: 'SIGKILL' });
  t.after(() => child.kill('SIGKILL'));
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    printed.stdout += text;
  });
  child.stderr.on('data', (text) => {
    printed.stderr += text;
  });
  return { child, printed };
}

test('the two programs of the README share prices', { timeout: 60_000 }, async (t) => {
  const book = uniqueBook(t);
  const [writerProgram, readerProgram] = programsOf(t, book);
  const writer = start(t, writerProgram);
  await until('there is a book', () => bookFiles(book).length === 1);
  const reader = start(t, readerProgram);
  await until('the reader has three ticks', () => /(\d+ 17\d\.\d+\n){3}/.test(reader.printed.stdout));
  assert.match(reader.printed.stdout, /^the latest price is (17\d\.\d+|undefined)\n/);
  writer.child.kill('SIGINT');
  await once(writer.child, 'exit');
  assert.deepEqual(bookFiles(book), []);
  assert.deepEqual([writer.printed.stderr, reader.printed.stderr], ['', '']);
});

test('the programs of the README share a table of their own, also with Python', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueFile(t);
  const [, , writerProgram, readerProgram] = programsOf(t, name);
  const writer = start(t, writerProgram);
  await until('there is a file', () => fs.existsSync(sharedPath(name)));
  const reader = start(t, readerProgram);
  await until('the reader has three rows', () => /(roof 2\d\.\d+ 0\n){3}/.test(reader.printed.stdout));
  const [pythonProgram] = programsOf(t, name, 'python');
  const python = spawnSync('python3', [pythonProgram], { encoding: 'utf8' });
  if (python.error) t.diagnostic('python3 is missing: the program in Python was not run');
  else assert.match(python.stdout, /^2\d\.\d+\n$/, python.stderr);
  writer.child.kill('SIGINT');
  await once(writer.child, 'exit');
  assert.ok(!fs.existsSync(sharedPath(name)));
  assert.deepEqual([writer.printed.stderr, reader.printed.stderr], ['', '']);
});
