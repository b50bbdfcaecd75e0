// Compiles the sources to JavaScript and types, file by file, with tsc alone.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';

const TSC = path.join(PROJECT_ROOT, 'node_modules', '.bin', 'tsc');
const PAGE = path.join('src', 'dashboard', 'page');

/** What the oldest Node that packages name has: RegExp.escape, for one, would fail there only when it is called. */
const NODE_OLDEST_LIB = ['es2024', 'es2025.iterator', 'es2025.collection'];

/** tsc found an error in the sources. Its own messages are on standard output. */
export class CompileError extends Error {
  constructor(config: string, cause: unknown) {
    super(`tsc failed on ${config}: run npm run check, and mend what it reports`, { cause });
  }
}

/** Compiles packages, processes and the page of the dashboard into `folder`, which gets the layout of the source tree. */
export function compileInto(folder: string): void {
  compile(folder, { include: ['packages', 'src'], exclude: [PAGE] });
  compile(folder, { include: [PAGE], exclude: [], lib: ['esnext', 'dom', 'dom.iterable'], types: [] });
}

interface Part {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly lib?: readonly string[];
  readonly types?: readonly string[];
}

function compile(folder: string, { include, exclude, lib = NODE_OLDEST_LIB, types = ['node'] }: Part): void {
  const absolute = (paths: readonly string[]) => paths.map((one) => path.join(PROJECT_ROOT, one));
  const config = path.join(folder, 'tsconfig.json');
  const options = {
    extends: path.join(PROJECT_ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      allowImportingTsExtensions: false,
      rewriteRelativeImportExtensions: true,
      declaration: true,
      sourceMap: true,
      inlineSources: true,
      // Stack traces then name the file in the source tree, and no folder of the machine that built it.
      sourceRoot: 'tickline:///',
      rootDir: PROJECT_ROOT,
      outDir: folder,
      typeRoots: absolute([path.join('node_modules', '@types')]),
      lib,
      types,
    },
    include: absolute(include),
    exclude: absolute(exclude),
  };
  fs.writeFileSync(config, JSON.stringify(options));
  try {
    execFileSync(TSC, ['-p', config], { cwd: PROJECT_ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  } catch (error) {
    throw new CompileError(config, error);
  } finally {
    fs.rmSync(config);
  }
}
