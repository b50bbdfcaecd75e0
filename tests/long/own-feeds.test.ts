// Feeds in files of the user's: they trade, they continue after a kill, and mistakes in them are one line with status 2.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { openStack } from '../end-to-end/stack.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

const LIMIT = { timeout: 180_000 };
const TICKLINE = path.join(PROJECT_ROOT, 'tickline');
const TICKS = 3_000;

/** A generator of prices that does `what` at the twentieth. */
const make = (what: string) =>
  `export default function* feed() { for (let n = 1; n <= 99; n++) { if (n === 20) { ${what} } yield { symbol: 'A', price: n }; } }`;

/** The file, and what the line says. */
const WRONG: readonly (readonly [name: string, text: string, says: RegExp])[] = [
  ['syntax.mjs', 'const a = 1;\nexport default {', / is not a feed: .* at .*syntax\.mjs:2:17/],
  [
    'none.ts',
    'export const feed = 1;',
    / is not a feed: it has no default export, but exports feed; write export/,
  ],
  ['class.ts', 'export default class Feed {}', / is not a feed: its default export is a class; /],
  ['traits.ts', `export const traits = { live: 1 };${make('')}`, / its export traits has live: 1; expected/],
  ['mine.py', 'x = 1', / is not a feed: it is Python; /],
  ['load.ts', "throw new Error('no licence');", / it threw Error: no licence at .*load\.ts:1:7/],
  ['throws.ts', make("throw new Error('boom');"), / stopped: it threw Error: boom at .*throws\.ts:1:\d+/],
  [
    'price.ts',
    make("yield { symbol: 'A', last: 5 };"),
    / stopped: tick 20: its price is nothing \(undefined\); /,
  ],
  ['exit.ts', make('process.exit(0);'), / ended its process \(process\.exit\(0\)\) at .*exit\.ts:1:\d+: /],
  [
    'rejection.ts',
    `import { setTimeout as wait } from 'node:timers/promises';
    export default async function* () { Promise.reject(new Error('late')); await wait(60_000); }`,
    / stopped: a promise was rejected, and nothing handled it: Error: late at .*rejection\.ts:2:\d+/,
  ],
  [
    'fetch.ts',
    `export default async function* () {
      await fetch('http://127.0.0.1:9/'); }`,
    / stopped: it threw TypeError: fetch failed \(.+\) at .*fetch\.ts:2:\d+/,
  ],
  [
    'lost-fetch.ts',
    `import { setTimeout as wait } from 'node:timers/promises';
    export default async function* () { fetch('http://127.0.0.1:9/'); await wait(60_000); }`,
    / nothing handled it: TypeError: fetch failed \(.+\) at .*lost-fetch\.ts:2:\d+/,
  ],
  [
    'timer.ts',
    `import { setTimeout as wait } from 'node:timers/promises';
    export default async function* () { setTimeout(() => { throw new Error('tock') }, 1); await wait(60_000); }`,
    / stopped: it threw outside of its iterator: Error: tock at .*timer\.ts:2:\d+/,
  ],
];

test('a wrong feed says in one line what is wrong', LIMIT, async (t) => {
  const folder = temporaryFolder(t);
  for (const [name, text, says] of WRONG) {
    await t.test(`${name}: ${says.source}`, async () => {
      const file = path.join(folder, name);
      fs.writeFileSync(file, text);
      const { status, stderr } = await runProcess(TICKLINE, ['feed', 'test', file]);
      assert.match(stderr, says);
      assert.match(stderr, /^[^\n]+\n$/);
      assert.equal(status, 2);
    });
  }
  await t.test('a file that others can change is refused', async () => {
    const file = path.join(folder, 'open.ts');
    fs.writeFileSync(file, make(''));
    fs.chmodSync(file, 0o666);
    const { status, stderr } = await runProcess(TICKLINE, ['feed', 'test', file]);
    assert.match(stderr, /open\.ts/);
    assert.equal(status, 2);
  });
  await t.test(
    'a feed that does not repeat, and says it does, fails its claim with the first difference',
    async () => {
      const file = path.join(folder, 'differs.ts');
      const first = `let opened = 0; export const traits = { repeats: true };
      export default function* () { opened++; for (let n = 1; n <= 99; n++) yield { symbol: 'A', price: n + (n > 50 ? opened : 0) }; }`;
      fs.writeFileSync(file, first);
      const { status, stdout } = await runProcess(TICKLINE, ['feed', 'test', file]);
      assert.match(
        stdout,
        /✖ a feed that is opened again gives the same ticks: tick 51: expected A,\d+, found A,\d+/,
      );
      assert.equal(status, 1);
    },
  );
});

test('a run with a feed that fails ends with status 2 and restarts nothing', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run', '--source', stack.file('throws.ts', make("throw new Error('boom');")));
  assert.deepEqual(await stack.untilExited(run), { status: 2, signal: null }, run.stdout + run.stderr);
  assert.match(run.stdout + run.stderr, /throws\.ts stopped: it threw Error: boom at .*throws\.ts:1:\d+/);
  assert.doesNotMatch(run.stdout, /restarting/);
});

test('a feed that does not return is reported while it hangs', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run', '--source', stack.file('hangs.ts', make('for (;;);')));
  await stack.until('the hang is reported', () => / feed .*hangs\.ts hangs: /.test(run.stdout));
  run.signal('SIGTERM');
  await stack.untilExited(run);
});

test(
  'a feed that repeats trades, and continues without a gap when its Gateway is killed',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const feed = stack.file(
      'wave.ts',
      `export const traits = { repeats: true };
    export default async function* wave({ symbols, log }) {
      log('symbols ' + symbols);
      for (let n = 0; n < ${TICKS}; n++)
        yield { symbol: 'WAVE', price: (100 + 10 * Math.sin(n / 40)).toFixed(3), time: Date.UTC(2026, 0, 1) + n * 1000 };
    }`,
    );
    const words = ['--source', feed, '--symbols', 'WAVE', '--rate', '1000/s', '--short', '5', '--long', '20'];
    const run = stack.start('run', ...words, '--news-every', '50ms');
    await stack.until('ticks flow', () => stack.counter('orderbook.ticksApplied') > TICKS / 6);
    process.kill(stack.counter('gateway.pid'), 'SIGKILL');
    assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stdout + run.stderr);
    assert.match(run.stdout, /INFO: symbols WAVE/);
    assert.match(run.stdout, /Ticks +sent 3,000, applied 3,000, seen by the strategy 3,000/);
    assert.match(run.stdout, /gaps 0, missed 0/);
    assert.ok(stack.orders().length > 0);
  },
);
