// `tickline init`: makes a project with a strategy, its test, a configuration and a README.

import fs from 'node:fs';
import path from 'node:path';
import { messageOf, UsageError } from '../platform/errors.ts';
import { PROJECT_ROOT } from '../platform/project-root.ts';

const TEMPLATE = path.join(PROJECT_ROOT, 'examples', 'project');
const MANIFEST = 'package.json';
/** Others may not write: a strategy that they could change is refused. */
const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

/** The project cannot be made. Nothing of it is left. */
export class InitError extends UsageError {
  constructor(folder: string, why: string, options?: ErrorOptions) {
    super(`no project was made in ${folder}: ${why}`, options);
  }
}

/** How a project gets Tickline. */
export interface Origin {
  /** What its package.json depends on. */
  readonly dependency: string;
  /** Installs that. */
  readonly install: string;
  /** Starts Tickline in the folder of the project. */
  readonly command: string;
}

/**
 * An installed Tickline comes from npm's registry. A checkout may be newer than any version there, so its projects use
 * the checkout itself.
 * @param root the folder of Tickline
 */
export function originOf(root: string, version: string): Origin {
  if (root.split(path.sep).includes('node_modules'))
    return { dependency: version, install: 'npm install', command: 'npx tickline' };
  return {
    dependency: `file:${root}`,
    install: 'npm install --ignore-scripts', // those of a checkout are for itself
    command: shellWord(path.join(root, 'tickline')),
  };
}

/**
 * Writes the files and prints what to do next. A package.json that exists is kept.
 * @throws InitError if one of the other files exists, or cannot be written
 */
export function init(folder: string, { dependency, install, command }: Origin): void {
  const files = { ...template(install, command), [MANIFEST]: manifest(dependency) };
  const names = Object.keys(files).filter((name) => name !== MANIFEST || !exists(folder, name));
  const found = names.filter((name) => exists(folder, name));
  if (found.length > 0) {
    throw new InitError(folder, `${found.join(', ')} would be overwritten; name another folder`);
  }
  write(folder, names, files);
  console.log(`made ${names.join(', ')}`);
  if (!names.includes(MANIFEST))
    console.log(`kept ${MANIFEST}: add tickline ${dependency} to its dependencies`);
  console.log(`Next: cd ${folder}, ${install}, ${command} test strategy.test.ts. Its README.md goes on.`);
}

function template(install: string, command: string): Record<string, string> {
  const text = (name: string) =>
    fs
      .readFileSync(path.join(TEMPLATE, name), 'utf8')
      .replace('npm install', () => install)
      .replaceAll('npx tickline', () => command);
  const names = fs.readdirSync(TEMPLATE).sort();
  return Object.fromEntries(names.map((name) => [name, text(name)]));
}

function manifest(dependency: string): string {
  const content = { private: true, type: 'module', dependencies: { tickline: dependency } };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function shellWord(text: string): string {
  return /^[\w/.:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A dangling link counts. */
function exists(folder: string, name: string): boolean {
  try {
    return fs.lstatSync(path.join(folder, name), { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw new InitError(folder, messageOf(error), { cause: error });
  }
}

function write(folder: string, names: readonly string[], files: Readonly<Record<string, string>>): void {
  const written: string[] = [];
  try {
    // Not recursive: Node would try forever where the system answers ENOENT, as /proc does.
    if (!fs.existsSync(folder)) fs.mkdirSync(folder, FOLDER_MODE);
    for (const name of names) {
      const file = path.join(folder, name);
      const descriptor = fs.openSync(file, 'wx', FILE_MODE);
      written.push(file);
      try {
        fs.writeFileSync(descriptor, files[name] ?? '');
      } finally {
        fs.closeSync(descriptor);
      }
    }
  } catch (error) {
    for (const file of written) fs.rmSync(file);
    throw new InitError(folder, messageOf(error), { cause: error });
  }
}
