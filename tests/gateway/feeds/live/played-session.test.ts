// A recorded session of a real exchange, played through TLS, arrives as it was.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { PROJECT_ROOT } from '../../../../src/platform/project-root.ts';
import { Authority } from '../../../certificates.ts';
import { runProcess, temporaryFolder } from '../../../run-process.ts';
import { FakeExchange } from './fake-exchange.ts';
import { FAKE_BINANCE } from './fake-protocols.ts';

/** A folder of recorded sessions, which are not part of the project: `*.gz`. */
const RECORDINGS = process.env.TICKLINE_RECORDINGS;
const MESSAGES_MAX = 40_000;

function messagesOf(file: string): string[] {
  const lines = zlib.gunzipSync(fs.readFileSync(file)).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => line.slice(line.indexOf(' ') + 1));
}

test('a recorded session of Binance passes TLS and the recorder unchanged', {
  timeout: 120_000,
}, async (t) => {
  if (RECORDINGS === undefined) return t.skip('TICKLINE_RECORDINGS names no folder of recorded sessions');
  const authority = Authority.make(t);
  if (authority === undefined) return;
  const name = fs.readdirSync(RECORDINGS).find((file) => /^binance.*\.gz$/.test(file));
  if (name === undefined) return t.skip('the folder of TICKLINE_RECORDINGS has no binance*.gz');
  const played = messagesOf(path.join(RECORDINGS, name)).slice(0, MESSAGES_MAX);
  const identity = authority.sign('exchange', 'DNS:localhost');
  const { url } = await FakeExchange.start(t, FAKE_BINANCE, { identity, script: played });
  const record = path.join(temporaryFolder(t), 'session.gz');
  const words = ['feed', 'check', 'binance', '--feed-url', url, '--duration', '15s', '--record', record];
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority.cert };
  const { stdout } = await runProcess(path.join(PROJECT_ROOT, 'tickline'), words, { env });
  assert.match(stdout, /✔ it connects/);
  assert.match(stdout, /✔ trade ids grow by 1 per symbol/);
  const [answer, ...arrived] = messagesOf(record);
  assert.match(answer, /^\{"result":null/);
  assert.equal(arrived.length, played.length);
  const changed = arrived.find((message, index) => message !== played[index]); // a diff of all would last minutes
  assert.equal(changed, undefined);
});
