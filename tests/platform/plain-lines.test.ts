import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createLog } from '../../src/platform/log.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

test('a plain line has the fields of any message in the log file, and no more', (t) => {
  const logDir = temporaryFolder(t);
  const texts = ['Received Order 1: BUY 10 AAPL @ 173.20', 'a "quoted" \\ é \u2028 \ud800 line'];
  const log = createLog({ process: 'order-manager', logDir, level: 'info', quiet: true });
  log.plain(...texts);
  log.plain(...texts.map((text) => ({ text, fields: {} })));
  const lines = fs.readFileSync(path.join(logDir, 'order-manager.log'), 'utf8').trimEnd().split('\n');
  const [first, second, ...asMessages] = lines.map((line) => line.replace(/"time":"[^"]+"/, ''));
  assert.deepEqual([first, second], asMessages);
});

test('a log of warnings has no plain lines', (t) => {
  const logDir = temporaryFolder(t);
  const log = createLog({ process: 'order-manager', logDir, level: 'warn', quiet: true });
  log.plain('Received Order 1: BUY 10 AAPL @ 173.20');
  log.warn({ event: 'full' }, 'the disk is full');
  const lines = fs.readFileSync(path.join(logDir, 'order-manager.log'), 'utf8').trimEnd().split('\n');
  assert.equal(lines.length, 1);
});
