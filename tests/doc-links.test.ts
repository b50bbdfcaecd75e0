// Links, paths in backticks, words behind `./tickline test` and quoted messages all name something that exists.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../src/platform/project-root.ts';

const PAGES = fs.globSync(['*.md', '{docs,data,examples,tools,packages}/**/*.md'], {
  cwd: PROJECT_ROOT,
  exclude: (file) => file.endsWith('node_modules'),
});
const LINK = /\]\(([^)\s]+)\)/g;
/** A path from the root of the project, in backticks; a changelog may name what is gone. */
const PATH = /`((?:src|packages|tools|tests|examples|docs|data)\/[\w./-]*)`/g;
/** Stand for files of the reader. */
const USERS_FILES = ['FILE', 'mine.test.mjs'];
const TEST_COMMAND = /\.\/tickline test((?: +[\w./-]+)+)/g;
/** Text in backticks at the start of an item. */
const QUOTED_MESSAGE = /^- `([^`]+)`: /gm;
const OPTIONS_WITH_VALUE = ['--only', '--seed'];
const TEST_FILES = fs.globSync('tests/**/*.test.ts', { cwd: PROJECT_ROOT });

/** As GitHub makes it of a heading: lower case, no punctuation, hyphens for blanks. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function hasAnchor(file: string, anchor: string): boolean {
  const headings = fs.readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].some(([, heading]) => heading !== undefined && anchorOf(heading) === anchor);
}

function isDead(page: string, link: string): boolean {
  if (/^https?:/.test(link)) return false;
  const [target = '', anchor] = link.split('#');
  const file = target === '' ? page : path.join(path.dirname(page), target);
  return !fs.existsSync(file) || (anchor !== undefined && !hasAnchor(file, anchor));
}

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, match = '']) => match);
}

/** The parts of file names that a `./tickline test` command asks for. */
function wordsOf(command: string): string[] {
  const words = command.trim().split(/ +/);
  return words.filter(
    (word, index) => !word.startsWith('-') && !OPTIONS_WITH_VALUE.includes(words[index - 1] ?? ''),
  );
}

for (const page of PAGES) {
  const file = path.join(PROJECT_ROOT, page);
  const text = fs.readFileSync(file, 'utf8');

  test(`the links of ${page} lead somewhere`, () => {
    const dead = found(text, LINK).filter((link) => isDead(file, link));
    assert.deepEqual(dead, []);
  });

  test(`the paths that ${page} names exist`, () => {
    if (page === 'CHANGELOG.md') return;
    const missing = found(text, PATH).filter((named) => !fs.existsSync(path.join(PROJECT_ROOT, named)));
    assert.deepEqual(missing, []);
  });

  test(`the tests that ${page} runs exist`, () => {
    const words = found(text, TEST_COMMAND)
      .flatMap(wordsOf)
      .filter((word) => !USERS_FILES.includes(word));
    const unknown = words.filter((word) => !TEST_FILES.some((name) => name.includes(word)));
    assert.deepEqual(unknown, []);
  });
}

test('docs/architecture.md names every room', () => {
  const text = fs.readFileSync(path.join(PROJECT_ROOT, 'docs/architecture.md'), 'utf8');
  const rooms = fs.globSync(['src/*/', 'packages/*/'], { cwd: PROJECT_ROOT });
  assert.ok(rooms.length > 10);
  const unnamed = rooms.filter((room) => !text.includes(`\`${room.replace(/\/?$/, '/')}\``));
  assert.deepEqual(unnamed, []);
});

test('the messages that docs/faq.md quotes are in the code', () => {
  const files = fs.globSync('{src,packages}/**/*.ts', { cwd: PROJECT_ROOT });
  const code = [...files, 'tickline'].map((file) => fs.readFileSync(path.join(PROJECT_ROOT, file), 'utf8'));
  const faq = fs.readFileSync(path.join(PROJECT_ROOT, 'docs/faq.md'), 'utf8');
  const messages = found(faq, QUOTED_MESSAGE);
  assert.ok(messages.length > 10);
  const unknown = messages.filter((message) => !code.some((text) => text.includes(message)));
  assert.deepEqual(unknown, []);
});
