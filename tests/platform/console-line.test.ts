import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consoleLine } from '../../src/platform/console-line.ts';

const time = '2026-03-01T08:05:09.007Z';
const local = `[${new Date(time).toTimeString().slice(0, 8)}.007]`;

test('the console shows local time, level and message of a line of the log', () => {
  const line = JSON.stringify({ level: 'warn', time, msg: 'lost the Gateway', pid: 7, event: 'lost' });
  assert.equal(consoleLine(line, false), `${local} WARN: lost the Gateway\n`);
});

test('a message is followed by the one of its error, without control characters', () => {
  const err = { message: 'refused\n\x1b[2J\u202eread\u2028', stack: 'at main' };
  const line = JSON.stringify({ level: 'error', time, msg: 'no price', err });
  assert.equal(consoleLine(line, false), `${local} ERROR: no price: refused [2J read \n`);
});

test('level and message are coloured where colours are wanted', () => {
  const line = JSON.stringify({ level: 'info', time, msg: 'ready' });
  assert.equal(consoleLine(line, true), `${local} \x1b[32mINFO\x1b[39m: \x1b[36mready\x1b[39m\n`);
});
