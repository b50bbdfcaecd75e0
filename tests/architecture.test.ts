// The source layout holds: each room imports only the rooms that docs/architecture.md allows it.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../src/platform/project-root.ts';

const PACKAGES = ['packages/posix', 'packages/price-book'];
/** What every process may use. */
const SHARED = [
  ...PACKAGES,
  'src/domain',
  'src/protocol',
  'src/transport',
  'src/cluster',
  'src/market-data',
  'src/order-lane',
  'src/signal-file',
  'src/order-store',
  'src/monitoring',
  'src/settings',
  'src/security',
  'src/platform',
];
const PROCESSES = [
  'src/gateway',
  'src/orderbook',
  'src/strategy',
  'src/order-manager',
  'src/dashboard',
  'src/orchestrator',
];

/** What each room may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'packages/posix': [],
  'packages/price-book': ['packages/posix'],
  'src/domain': [],
  'src/protocol': ['src/domain'],
  'src/platform': PACKAGES,
  'src/transport': ['packages/posix', 'src/domain', 'src/protocol', 'src/platform'],
  'src/cluster': [
    'packages/posix',
    'src/domain',
    'src/protocol',
    'src/transport',
    'src/settings',
    'src/security',
    'src/platform',
  ],
  'src/market-data': ['src/protocol', 'src/transport'],
  'src/monitoring': [...PACKAGES, 'src/platform', 'src/transport'],
  'src/order-store': ['packages/posix', 'src/domain', 'src/platform'],
  'src/signal-file': [...PACKAGES, 'src/domain', 'src/platform'],
  'src/order-lane': [...PACKAGES, 'src/domain', 'src/protocol', 'src/platform'],
  'src/settings': ['src/domain', 'src/platform'],
  'src/security': ['src/domain', 'src/protocol', 'src/transport', 'src/settings', 'src/platform'],
  ...Object.fromEntries(PROCESSES.map((room) => [room, SHARED])),
  'src/commands': SHARED,
  'src/backtest': [...SHARED, 'src/gateway', 'src/strategy', 'src/order-manager'],
  'src/index.ts': PACKAGES,
  'src/strategy-types.ts': ['src/domain'],
  'src/feed-types.ts': ['src/gateway'],
  'src/main.ts': [...SHARED, ...PROCESSES, 'src/commands', 'src/backtest', 'tools'],
};
/** How a package is named in an import. */
const PACKAGE = /^@tickline\//;
/** The only rooms that know where a field of the shared memory is: those of its files, their tests, and their page. */
const KNOW_OFFSETS = [
  'packages/price-book/',
  'tests/packages/price-book/',
  'src/order-lane/',
  'tests/order-lane/',
  'src/signal-file/',
  'tests/signal-file/',
  'tools/docs/',
];
const USES_OFFSETS =
  /\bmemory\.(?:shape|[iuf](?:32|64)|bytes|(?:load|store|read|write)[A-Z])|\b[A-Z_]+\.at\./;
const SOCKETS = /^(node:)?(net|tls)$/;
const IMPORT = /(?:from|import) ?\(?'([^']+)'/g;

/** An import of values; `import type` and import() load nothing at the start. */
const LOADED = /^(?:import|export) (?!type )[^;]*? from '(\.[^']+)'/gms;

const files = globSync('{src,packages}/**/*.ts', { cwd: PROJECT_ROOT });

function roomOf(file: string): string {
  const room = file.split('/').slice(0, 2).join('/');
  return room.startsWith('tools/') ? 'tools' : room;
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(PROJECT_ROOT, file), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, target]) => target);
}

/** The files that are loaded before this one runs. */
function loadedFiles(file: string): string[] {
  const text = readFileSync(join(PROJECT_ROOT, file), 'utf8');
  return [...text.matchAll(LOADED)].map(([, target]) => join(dirname(file), target));
}

function importedFiles(file: string): string[] {
  return importsOf(file)
    .filter((target) => target.startsWith('.') || PACKAGE.test(target))
    .map((target) =>
      PACKAGE.test(target) ? target.replace(PACKAGE, 'packages/') : join(dirname(file), target),
    );
}

test('every file lies in a room', () => {
  assert.ok(files.length > 100);
  assert.deepEqual(
    files.filter((file) => MAY_IMPORT[roomOf(file)] === undefined),
    [],
  );
});

test('only src/transport names net and tls', () => {
  const named = files.filter((file) => importsOf(file).some((target) => SOCKETS.test(target)));
  assert.ok(named.includes('src/transport/tcp.ts'));
  assert.deepEqual(
    named.filter((file) => roomOf(file) !== 'src/transport'),
    [],
  );
});

test('only src/cluster imports the NATS client, and a start without NATS does not load it', () => {
  const clients = files.filter((file) => importsOf(file).some((target) => target.startsWith('@nats-io/')));
  assert.ok(clients.includes('src/cluster/connection.ts'));
  assert.deepEqual(
    clients.filter((file) => roomOf(file) !== 'src/cluster'),
    [],
  );
  const commands = ['src/main.ts', ...importsOf('src/main.ts').map((target) => join('src', target))];
  const loaded = new Set(commands.filter((file) => files.includes(file)));
  assert.ok(loaded.has('src/gateway/gateway.ts'));
  for (const file of loaded) for (const target of loadedFiles(file)) loaded.add(target);
  assert.deepEqual(
    clients.filter((file) => loaded.has(file)),
    [],
  );
});

test('the domain imports nothing, neither a package nor Node', () => {
  const imported = files
    .filter((file) => roomOf(file) === 'src/domain')
    .flatMap((file) => importsOf(file).filter((target) => !target.startsWith('.')));
  assert.deepEqual(imported, []);
});

test('a room imports only what it may', () => {
  const broken = files.flatMap((file) => {
    const room = roomOf(file);
    const allowed = [room, ...(MAY_IMPORT[room] ?? [])];
    return importedFiles(file)
      .filter((target) => !allowed.includes(roomOf(target)))
      .map((target) => `${file} imports ${target}`);
  });
  assert.deepEqual(broken, []);
});

test('a package imports only Node and the dependencies that it declares', () => {
  const broken = PACKAGES.flatMap((folder) => {
    const { dependencies } = JSON.parse(readFileSync(join(PROJECT_ROOT, folder, 'package.json'), 'utf8'));
    const allowed = (target: string) =>
      target.startsWith('./') || target.startsWith('node:') || Object.hasOwn(dependencies, target);
    return files
      .filter((file) => roomOf(file) === folder)
      .flatMap((file) => importsOf(file).filter((target) => !allowed(target)))
      .map((target) => `${folder} imports ${target}`);
  });
  assert.deepEqual(broken, []);
});

test('the general parts of shared memory know nothing of prices', () => {
  const general = files.filter((file) => file.startsWith('packages/price-book/shared-memory/'));
  assert.ok(general.length > 10);
  const imported = general.flatMap((file) => importsOf(file).filter((target) => target.startsWith('..')));
  assert.deepEqual(imported, []);
  const word = /\b(prices?|ticks?|symbols?|books?|trad(e|es|ing)|gateway|strategy|market|feed)\b/i;
  const named = general.filter((file) => word.test(readFileSync(join(PROJECT_ROOT, file), 'utf8')));
  assert.deepEqual(named, []);
});

test('only packages/price-book and src/order-lane name an offset of the shared memory', async () => {
  const others = globSync('{src,tests,tools,examples,packages}/**/*.ts', { cwd: PROJECT_ROOT }).filter(
    (file) => !KNOW_OFFSETS.some((room) => file.startsWith(room)) && file !== 'tests/architecture.test.ts',
  );
  const isInside = (target: string) => /^packages\/price-book\/.*\.ts$/.test(target);
  assert.deepEqual(
    others.filter((file) => importedFiles(file).some(isInside)),
    [],
    'the package is imported by its name',
  );
  assert.deepEqual(
    others.filter((file) => USES_OFFSETS.test(readFileSync(join(PROJECT_ROOT, file), 'utf8'))),
    [],
  );
  const exported = Object.keys(await import('@tickline/price-book'));
  const layout = Object.keys(await import('../packages/price-book/layout.ts'));
  assert.deepEqual(
    layout.filter((name) => exported.includes(name)),
    ['BOOK_BYTES_FORMULA', 'EntryStatus', 'bookBytes'],
  );
});
