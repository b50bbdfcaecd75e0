// Lays out a package as npm publishes it, and packs it into a tarball.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { compileInto } from './compile.ts';
import { manifestOf, PUBLISHED, type Published } from './published.ts';

/** Files of the page that are not compiled. The page itself loads its script under the compiled name. */
const PAGE = path.join('src', 'dashboard', 'page');
const PAGE_FILE = /\.(html|css|svg)$/;
/** A link to a file of the project. */
const LINK = /\[([^\]]+)\]\((?!https?:)([^)#\s]+)[^)\s]*\)/g;
const PAGE_SCRIPT = /(<script [^>]*src="[^"]+)\.ts"/;

/**
 * Builds every published package and writes its tarball into `folder`, which is made if it is missing. Returns the
 * tarballs, in the order of their dependencies.
 * @throws CompileError
 */
export function pack(folder: string): string[] {
  fs.mkdirSync(folder, { recursive: true });
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'tickline-pack-'));
  try {
    const compiled = path.join(scratch, 'compiled');
    fs.mkdirSync(compiled);
    compileInto(compiled);
    copyPage(compiled);
    return PUBLISHED.map((one, index) => {
      const stage = path.join(scratch, String(index));
      layOut(one, compiled, stage);
      return packed(stage, folder);
    });
  } finally {
    fs.rmSync(scratch, { recursive: true });
  }
}

function copyPage(compiled: string): void {
  for (const name of fs.readdirSync(path.join(PROJECT_ROOT, PAGE))) {
    if (!PAGE_FILE.test(name)) continue;
    const text = fs.readFileSync(path.join(PROJECT_ROOT, PAGE, name), 'utf8');
    fs.writeFileSync(path.join(compiled, PAGE, name), text.replace(PAGE_SCRIPT, '$1.js"'));
  }
}

function layOut(one: Published, compiled: string, stage: string): void {
  for (const part of one.compiled) {
    fs.cpSync(path.join(compiled, one.folder, part), path.join(stage, part), { recursive: true });
  }
  for (const [from, to] of Object.entries(one.copied)) {
    fs.cpSync(path.join(PROJECT_ROOT, from), path.join(stage, to), { recursive: true });
    if (one.folder !== '' && to.endsWith('.md')) relink(path.join(stage, to), from, one.copied);
  }
  fs.writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(manifestOf(one), null, 2)}\n`);
}

/** Points the links of a copied page to where their targets are in the package. A link to what it lacks becomes text. */
function relink(page: string, source: string, copied: Published['copied']): void {
  const places = Object.entries(copied);
  const text = fs.readFileSync(page, 'utf8').replace(LINK, (link, words: string, target: string) => {
    const wanted = path.posix.join(path.posix.dirname(source), target);
    const [from, to] = places.find(([one]) => wanted === one || wanted.startsWith(`${one}/`)) ?? [];
    if (from === undefined || to === undefined) return words;
    const found = path.posix.relative(
      path.posix.dirname(copied[source] ?? ''),
      `${to}${wanted.slice(from.length)}`,
    );
    return link.replace(`](${target}`, `](${found}`);
  });
  fs.writeFileSync(page, text);
}

function packed(stage: string, folder: string): string {
  const words = ['pack', '--json', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(execFileSync('npm', words, { cwd: stage, encoding: 'utf8' })) as [
    { filename: string },
  ];
  return path.join(folder, filename);
}
