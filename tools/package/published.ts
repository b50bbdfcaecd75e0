// The packages that are published: what each contains, and its package.json.

import fs from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';

/** Fields of a package.json that are read here. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

export interface Published {
  /** Its folder in the source tree, relative to the project; '' is the project itself. */
  readonly folder: string;
  /** Files and folders of the compiled tree that it contains, relative to `folder`. */
  readonly compiled: readonly string[];
  /** Files that are copied as they are: from the project, to the package. */
  readonly copied: Readonly<Record<string, string>>;
  /** Entry points: the name of the export, and the compiled module without its extension. */
  readonly exports: Readonly<Record<string, string>>;
  /** Commands, and the module that each runs. */
  readonly bin?: Readonly<Record<string, string>>;
}

/** The oldest Node that runs them: it strips the types of a strategy file without an option, and has node:sqlite. */
const NODE_OLDEST = '>=22.18';
const LICENSE = { LICENSE: 'LICENSE' };

/** In the order of their dependencies. */
export const PUBLISHED: readonly Published[] = [
  {
    folder: 'packages/posix',
    compiled: ['.'],
    copied: {
      ...LICENSE,
      'packages/posix/README.md': 'README.md',
      'packages/posix/CHANGELOG.md': 'CHANGELOG.md',
    },
    exports: { '.': './index' },
  },
  {
    folder: 'packages/price-book',
    compiled: ['.'],
    copied: {
      ...LICENSE,
      'packages/price-book/README.md': 'README.md',
      'packages/price-book/CHANGELOG.md': 'CHANGELOG.md',
      'packages/price-book/examples': 'examples',
      'docs/shared-memory.md': 'docs/shared-memory.md',
    },
    exports: { '.': './index', './shared-memory': './shared-memory/index' },
  },
  {
    folder: '',
    compiled: ['src', 'tools/testing/test.js', 'tools/testing/shared-process.js', 'tools/run-node.js'],
    copied: {
      ...LICENSE,
      'README.md': 'README.md',
      'CHANGELOG.md': 'CHANGELOG.md',
      'data/dow30-1990-2001.csv': 'data/dow30-1990-2001.csv',
      'examples/project': 'examples/project',
    },
    exports: { '.': './src/index', './strategy': './src/strategy-types', './feed': './src/feed-types' },
    bin: { tickline: './src/main.js' },
  },
];

/** The package.json that npm gets: entry points are JavaScript and types, and only what runs is installed. */
export function manifestOf({ folder, exports, bin }: Published): Record<string, unknown> {
  const file = path.join(PROJECT_ROOT, folder, 'package.json');
  const { name, version, description, license, dependencies } = JSON.parse(
    fs.readFileSync(file, 'utf8'),
  ) as Manifest;
  const entries = Object.entries(exports).map(([entry, module]) => [
    entry,
    { types: `${module}.d.ts`, default: `${module}.js` },
  ]);
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    exports: { ...Object.fromEntries(entries), './package.json': './package.json' },
    ...(bin && { bin }),
    dependencies,
    engines: { node: NODE_OLDEST },
    os: ['linux'],
    libc: ['glibc'],
    // Without it npm takes a package with a scope for a private one.
    publishConfig: { access: 'public' },
  };
}
