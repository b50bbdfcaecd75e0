import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { bookBytes } from '@tickline/price-book';
import { PROJECT_ROOT } from '../src/platform/project-root.ts';
import { settingsFor } from '../src/settings/settings.ts';
import { GENERATED_PAGES } from '../tools/docs/generated-pages.ts';

const README_WORDS_MAX = 700;
/**
 * 1,420 of them are for the order lane, with its figures, 650 for the bytes of the journal, 235 for those of the
 * signal file, 385 for feeds of one's own, 1,005 for several machines, 65 for pipes and Parquet, 200 for the
 * dashboard beside others, 780 for orders over NATS, 245 for keys and servers of three machines, and 270 for
 * the size and the figures of a cluster.
 * Of all pages but the changelogs and those below. A page that needs more takes them from another.
 */
const PAGES_WORDS_MAX = 27_910;
/** Pages that count by themselves: npm shows the page of a package alone, and `init` copies that of a project. */
const OWN_WORDS_MAX: Readonly<Record<string, number>> = {
  'packages/price-book/README.md': 920,
  'packages/posix/README.md': 300,
  'examples/project/README.md': 80,
};

for (const [path, text] of Object.entries(GENERATED_PAGES)) {
  test(`${path} says what the code says; if not: npm run docs`, () => {
    assert.equal(fs.readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'), text());
  });
}

test('the formula for the memory of a book, as docs/shared-memory.md gives it, holds', () => {
  const text = fs.readFileSync(new URL('../docs/shared-memory.md', import.meta.url), 'utf8');
  const found =
    /^(\d+) \+ roundUp\((\d+) \* N, (\d+)\) \+ roundUp\((\d+) \* N, \3\) \+ (\d+) \* 2\^k$/m.exec(text) ?? [];
  const [start = 0, name = 0, page = 0, entry = 0, slot = 0] = found.slice(1).map(Number);
  for (const symbols of [1, 63, 64, 65, 10_000]) {
    for (const ring of [128, 1024, 2 ** 20]) {
      const rows = (bytes: number) => Math.ceil((bytes * symbols) / page) * page;
      const bytes = start + rows(name) + rows(entry) + slot * ring;
      assert.equal(bytes, bookBytes(symbols, ring));
    }
  }
});

test('README.md shows the size of the default price book', () => {
  const { symbolCapacity, ring } = settingsFor('orderbook', { config: false });
  const [, shown = ''] =
    /Shared memory +([\d,]+) bytes/.exec(fs.readFileSync(inProject('README.md'), 'utf8')) ?? [];
  assert.equal(shown, bookBytes(symbolCapacity, ring).toLocaleString('en-US'));
});

test('code that an exercise of docs/learn.md quotes is in a file that its section names', () => {
  const [, ...sections] = fs.readFileSync(inProject('docs/learn.md'), 'utf8').split(/^## (?=\d)/m);
  assert.ok(sections.length > 4);
  for (const section of sections.map((text) => text.split(/^## /m)[0])) {
    const quoted = [...section.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code);
    const files = quoted.filter((code) => code.endsWith('.ts'));
    const source = files.map((file) => fs.readFileSync(inProject(file), 'utf8')).join('\n');
    for (const code of quoted.filter((one) => !files.includes(one) && !one.startsWith('--')))
      assert.ok(source.includes(code), `${code} is not in ${files.join(', ')}`);
  }
});

test(`README.md has at most ${README_WORDS_MAX} words`, () => {
  const words = wordsOf('README.md');
  assert.ok(words <= README_WORDS_MAX, `${words} words`);
});

test(`all pages together have at most ${PAGES_WORDS_MAX} words`, () => {
  const pages = fs.globSync(['*.md', '{docs,data,examples,tools,packages}/**/*.md'], {
    cwd: PROJECT_ROOT,
    exclude: (file) => file.endsWith('node_modules'),
  });
  assert.ok(pages.includes('README.md') && pages.length > 20);
  const words = pages
    .filter((page) => path.basename(page) !== 'CHANGELOG.md' && !(page in OWN_WORDS_MAX))
    .map(wordsOf);
  const total = words.reduce((sum, count) => sum + count, 0);
  assert.ok(total <= PAGES_WORDS_MAX, `${total} words`);
});

for (const [page, most] of Object.entries(OWN_WORDS_MAX)) {
  test(`${page} has at most ${most} words`, () => assert.ok(wordsOf(page) <= most, `${wordsOf(page)} words`));
}

/** Words of a page, as `wc -w` counts them. */
function wordsOf(page: string): number {
  return fs.readFileSync(inProject(page), 'utf8').match(/\S+/g)?.length ?? 0;
}

function inProject(file: string): string {
  return path.join(PROJECT_ROOT, file);
}
