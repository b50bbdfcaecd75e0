// Every link from one page to another leads somewhere.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../src/platform/project-root.ts';

const PAGES = fs.globSync(['*.md', '{docs,data,examples,tools,packages}/**/*.md'], { cwd: PROJECT_ROOT });
const LINK = /\]\(([^)\s]+)\)/g;

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

for (const page of PAGES) {
  test(`the links of ${page} lead somewhere`, () => {
    const file = path.join(PROJECT_ROOT, page);
    const links = [...fs.readFileSync(file, 'utf8').matchAll(LINK)].map(([, link]) => link ?? '');
    assert.deepEqual(
      links.filter((link) => isDead(file, link)),
      [],
    );
  });
}
