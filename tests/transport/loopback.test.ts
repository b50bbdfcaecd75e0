import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnknownHostError } from '../../src/transport/errors.ts';
import { isLoopback } from '../../src/transport/loopback.ts';

test('addresses of this machine alone are loopback, others are not', async () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost'])
    assert.equal(await isLoopback(host), true, host);
  for (const host of ['0.0.0.0', '::', '192.0.2.1']) assert.equal(await isLoopback(host), false, host);
});

test('a misspelt host is reported as unknown, not as one that other machines can reach', async () => {
  for (const host of ['localhost.invalid', '127.0.0.l'])
    await assert.rejects(
      isLoopback(host),
      (error) => error instanceof UnknownHostError && error.message.includes(`"${host}"`),
    );
});
