// The command line from outside: what it prints and what it exits with.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../src/platform/project-root.ts';
import { PROCESSES } from '../src/settings/options/option.ts';
import { flagOf, isRare, keysOf, OPTION_GROUPS } from '../src/settings/options.ts';
import { runProcess, temporaryFolder } from './run-process.ts';

const MAIN = join(PROJECT_ROOT, 'src', 'main.ts');

function tickline(args: readonly string[], cwd?: string) {
  return runProcess(process.execPath, [MAIN, ...args], cwd === undefined ? {} : { cwd });
}

for (const args of [
  ['--help'],
  ['-h'],
  ['--version'],
  ['-v'],
  ['help'],
  ['help', 'gateway'],
  ['gateway', '--help'],
  ['run', '-h'],
  ['run', '--help-all'],
]) {
  test(`tickline ${args.join(' ')} prints to standard output only and exits with 0`, async () => {
    const { status, stdout, stderr } = await tickline(args);
    assert.equal(status, 0);
    assert.notEqual(stdout, '');
    assert.equal(stderr, '');
  });
}

test('tickline without a command prints the help and exits with 2', async () => {
  const { status, stderr } = await tickline([]);
  assert.equal(status, 2);
  assert.match(stderr, /Usage: tickline/);
});

for (const command of PROCESSES) {
  test(`the help of ${command} fits a screen of 40 lines and 100 columns`, async () => {
    const { stdout } = await tickline([command, '--help']);
    const lines = stdout.trimEnd().split('\n');
    assert.ok(lines.length <= 40, `${lines.length} lines`);
    for (const line of lines) assert.ok(line.length <= 100, line);
  });
}

test('--help leaves rare options out, and --help-all has every option under its heading', async () => {
  const { stdout: short } = await tickline(['run', '--help']);
  const { stdout: all } = await tickline(['run', '--help-all']);
  for (const { heading, keys } of OPTION_GROUPS) {
    const taken = keys.filter((key) => keysOf('run').includes(key));
    const section = all.split(`${heading}:\n`)[1]?.split('\n\n')[0] ?? '';
    assert.deepEqual(
      [...section.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag).slice(0, taken.length),
      taken.map(flagOf),
    );
    for (const key of taken) {
      assert.equal(new RegExp(`^ {2}${flagOf(key)}\\b`, 'm').test(short), !isRare(key, 'run'), key);
    }
  }
});

test('tickline --help lists the commands for developers last', async () => {
  const { stdout } = await tickline(['--help']);
  const [users = '', developers = ''] = stdout.split('For developers:');
  for (const name of ['run', 'gateway', 'halt', 'clean'])
    assert.match(users, new RegExp(`^ {2}${name} `, 'm'));
  for (const name of ['test', 'bench', 'chaos', 'video']) {
    assert.match(developers, new RegExp(`^ {2}${name} `, 'm'));
    assert.doesNotMatch(users, new RegExp(`^ {2}${name} `, 'm'));
  }
});

test('the help of a command lists its own options with their defaults', async () => {
  const { stdout } = await tickline(['orders', '--help']);
  assert.match(stdout, /--orders-db <FILE>.*default:\s+orders\.sqlite/s);
  assert.doesNotMatch(stdout, /--price-port/);
});

const WRONG: readonly (readonly [args: readonly string[], line: string])[] = [
  [['gatway'], "tickline: unknown command 'gatway' (Did you mean gateway?)\n"],
  [['gateway', '--pric-port', '1'], "tickline: unknown option '--pric-port' (Did you mean --price-port?)\n"],
  [['gateway', '--order-port', '1'], "tickline: unknown option '--order-port'"],
  [['gateway', '--rate'], "tickline: option '--rate <RATE>' argument missing\n"],
  [['data', 'a', '--data', 'b'], 'tickline: --data and a name two files; give one of them\n'],
  [['gateway', 'extra'], "tickline: too many arguments for 'gateway'."],
  [
    ['run', '--rate', 'fast'],
    'tickline: --rate "fast" is not valid: expected ticks per second such as 2000/s (1 to 100000000), a multiple of the pace of the data such as 10x (0.001 to 1000000000), or max\n',
  ],
  [['run', '--short', '20'], 'tickline: --short 20 is not valid: expected less than --long, which is 20\n'],
];

for (const [args, line] of WRONG) {
  test(`tickline ${args.join(' ')} prints one line and exits with 2`, async () => {
    const { status, stdout, stderr } = await tickline(args);
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.ok(stderr.startsWith(line), stderr);
    assert.equal(stderr.trim().split('\n').length, 1);
  });
}

for (const command of ['book', 'stat']) {
  test(`tickline ${command} of a stack without a price book prints one line and exits with 2`, async () => {
    const { status, stdout, stderr } = await tickline([command, '--stack', `none-${process.pid}`]);
    assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
    assert.match(stderr, /^tickline [a-z]+: there is no price book at [^\n]+\n$/);
  });
}

test('an invalid value in tickline.config.json of the current folder is reported with the file', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'tickline.config.json'), '{ "rate": "fast" }');
  const { status, stderr } = await tickline(['gateway'], folder);
  assert.equal(status, 2);
  assert.match(stderr, /^tickline: rate "fast" is not valid in tickline\.config\.json: expected .*\n$/);
});
