// ./tickline chaos --attack: a line for each attack, a total, and an exit status that tells whether one got through.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attack, Target } from '../../tools/chaos/attacks/attack.ts';
import { attackInTurn } from '../../tools/chaos/attacks/series.ts';
import { MAIN } from '../../tools/testing/stack.ts';
import { runProcess } from '../run-process.ts';

const NO_TARGET = {} as Target; // these attacks do not use it

function attack(name: string, attempt: Attack['attempt'], needsRoot?: true): Attack {
  return { name, attempt, ...(needsRoot && { needsRoot }) };
}

const HELD = attack('knock', async () => ({ held: true, figure: '0 doors opened' }));
const THROUGH = attack('push', async () => ({ held: false, figure: '1 door opened' }));
const STUCK = attack('wait', () => Promise.reject(new Error('not within 1 s: the door shuts\nits output')));
const ONLY_ROOT = attack('be another', async () => ({ held: true, figure: 'as nobody' }), true);

async function linesOf(
  attacks: readonly Attack[],
  notAsAnother: string | false = false,
): Promise<[number, string[]]> {
  const lines: string[] = [];
  const { signal } = new AbortController();
  const print = (line: string) => lines.push(line);
  return [await attackInTurn(attacks, NO_TARGET, { notAsAnother, print, signal }), lines];
}

test('each attack gets a line with its figure, and one that fails to end has got through', async () => {
  assert.deepEqual(await linesOf([HELD, THROUGH, STUCK]), [
    2,
    [
      'held      knock: 0 doors opened',
      'NOT HELD  push: 1 door opened',
      'NOT HELD  wait: not within 1 s: the door shuts',
      '3 attacks: 1 held, 2 got through, 0 skipped',
    ],
  ]);
});

test('an attack that needs root is skipped without it, and says so', async () => {
  assert.deepEqual(await linesOf([ONLY_ROOT, HELD], 'only root can act as another user'), [
    0,
    [
      'skipped   be another: only root can act as another user',
      'held      knock: 0 doors opened',
      '2 attacks: 1 held, 0 got through, 1 skipped',
    ],
  ]);
  const [through, [line]] = await linesOf([ONLY_ROOT]);
  assert.deepEqual([through, line], [0, 'held      be another: as nobody']);
});

test('after an interruption no further attack starts', async () => {
  const interrupted = new AbortController();
  const last = attack('interrupt', async () => {
    interrupted.abort();
    return { held: true, figure: '' };
  });
  const never = attack('never', () => assert.fail('it started'));
  const lines: string[] = [];
  const options = {
    notAsAnother: false as const,
    print: (line: string) => lines.push(line),
    signal: interrupted.signal,
  };
  await assert.rejects(attackInTurn([last, never], NO_TARGET, options), { name: 'AbortError' });
  assert.deepEqual(lines, []);
});

test('--attack does not go with the options of kills', async () => {
  const words = [MAIN, 'chaos', '--attack', '--kills', '3'];
  const { status, stderr } = await runProcess(process.execPath, words);
  assert.equal(status, 2);
  assert.match(stderr, /^tickline chaos: option '--attack' cannot be used with option '--kills <N>'\n$/);
});
