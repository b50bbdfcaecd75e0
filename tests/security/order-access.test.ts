import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { TicklineError } from '../../src/platform/errors.ts';
import { keyOf, proofOf } from '../../src/security/logon-proof.ts';
import { clientCredentials, serverSecurity } from '../../src/security/order-access.ts';
import { type CommandLine, settingsFor } from '../../src/settings/settings.ts';
import { Authority } from '../certificates.ts';
import { temporaryFolder } from '../run-process.ts';

const TOKEN = 'a-token-for-the-tests-of-this-file';
const OTHER_TOKEN = 'another-token-for-the-tests-of-this-file';
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

function guard(given: CommandLine) {
  return serverSecurity(settingsFor('order-manager', { config: false, ...given }));
}

function pass(given: CommandLine) {
  return clientCredentials(settingsFor('strategy', { config: false, ...given }));
}

function watch(given: CommandLine) {
  return clientCredentials(settingsFor('dashboard', { config: false, ...given }));
}

/** A file that only its owner can read. */
function secret(t: TestContext, content: unknown): string {
  const file = join(temporaryFolder(t), 'secret');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  return file;
}

/** The message of the expected error: one line, exit status 2, and no token. */
async function errorOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof TicklineError, String(error));
    assert.equal(error.exitStatus, 2);
    assert.doesNotMatch(error.message, /\n/);
    for (const token of [TOKEN, OTHER_TOKEN]) assert.ok(!error.message.includes(token), error.message);
    return error.message;
  }
  return assert.fail('nothing was thrown');
}

for (const host of ['127.0.0.1', '127.0.0.2', '127.255.0.1', '::1', '0:0:0:0:0:0:0:1', 'localhost']) {
  test(`on ${host}, which no other machine can reach, the order port needs no TLS and no tokens`, async () => {
    assert.deepEqual(await guard({ host }), { tls: undefined, tokens: undefined });
    assert.deepEqual(await pass({ host }), { dialer: undefined, token: undefined });
  });
}

for (const host of ['0.0.0.0', '::', '192.0.2.2', '::ffff:192.0.2.2', '2001:db8::1']) {
  test(`on ${host} the order port is refused without TLS and tokens`, async () => {
    assert.equal(
      await errorOf(guard({ host })),
      `--host ${host} is not a loopback address: orders over a network need TLS and tokens; ` +
        'give --tls-cert, --tls-key, --tokens too, or an --order-host such as 127.0.0.1',
    );
    assert.match(await errorOf(pass({ host })), /give --tls-ca, --token-file too/);
    assert.match(await errorOf(watch({ host })), /give --tls-ca, --watch-token-file too/);
  });
}

test('a strategy that orders through NATS takes its news from any host', async () => {
  const given = { host: '192.0.2.2', nats: 'nats://192.0.2.1:4222' };
  assert.deepEqual(await pass(given), { dialer: undefined, token: undefined });
});

test('a host without an address is refused at both ends', async () => {
  for (const refused of [guard, pass, watch])
    assert.match(
      await errorOf(refused({ host: 'no-such-host.invalid' })),
      /no address is known for the host/,
    );
});

test('the error names the missing options, and the option with the address', async (t) => {
  const tokens = secret(t, { crossover: TOKEN });
  assert.match(
    await errorOf(guard({ orderHost: '0.0.0.0', tokens })),
    /^--order-host .*give --tls-cert, --tls-key too/,
  );
  const tokenFile = secret(t, TOKEN);
  assert.match(await errorOf(pass({ orderHost: '0.0.0.0', tokenFile })), /give --tls-ca too/);
});

test('only the address of the order port counts: prices and news may be open', async () => {
  await guard({ host: '0.0.0.0', orderHost: '127.0.0.1' });
  await assert.rejects(guard({ host: '127.0.0.1', orderHost: '0.0.0.0' }));
});

test('with TLS and tokens, any address is allowed', async (t) => {
  const authority = Authority.make(t);
  if (!authority) return;
  const { cert, key } = authority.sign('manager', 'DNS:localhost');
  const client = authority.sign('client', 'DNS:client');
  const tokens = secret(t, { crossover: TOKEN, watch: OTHER_TOKEN });
  const tlsFiles = { tlsCert: cert, tlsKey: key, tlsClientCa: authority.cert };
  const guarded = await guard({ host: '0.0.0.0', tokens, ...tlsFiles });
  assert.ok(guarded.tls?.clientCa);
  const attempt = { type: 'logon', name: 'crossover', clientNonce: 'c', serverNonce: 's' } as const;
  assert.equal(guarded.tokens?.serverProof(attempt), proofOf(keyOf(TOKEN), 'server', attempt));
  const { dialer, token } = await pass({
    ...{ host: '0.0.0.0', tlsCa: authority.cert, tokenFile: secret(t, `${TOKEN}\n`) },
    ...{ tlsClientCert: client.cert, tlsClientKey: client.key },
  });
  assert.ok(dialer);
  assert.equal(token, TOKEN, 'without its line end');
  assert.equal((await watch({ watchTokenFile: secret(t, OTHER_TOKEN) })).token, OTHER_TOKEN);
});

test('invalid certificates, and keys that do not belong to them, are refused', async (t) => {
  const authority = Authority.make(t);
  if (!authority) return;
  const one = authority.sign('one', 'DNS:localhost');
  const two = authority.sign('two', 'DNS:localhost');
  const junk = secret(t, 'no certificate');
  assert.match(
    await errorOf(guard({ tlsCert: junk, tlsKey: one.key })),
    /^--tls-cert .*expected a certificate in PEM/,
  );
  assert.match(
    await errorOf(guard({ tlsCert: one.cert, tlsKey: two.key })),
    /^--tls-key .*the key of the certificate/,
  );
  assert.match(
    await errorOf(guard({ tlsCert: one.cert, tlsKey: junk })),
    /^--tls-key .*the key of the certificate/,
  );
  assert.match(await errorOf(pass({ tlsCa: junk })), /^--tls-ca .*expected a certificate/);
  assert.match(await errorOf(pass({ tlsCa: '/no/such/file' })), /^--tls-ca \/no\/such\/file: .*ENOENT/);
  chmodSync(one.key, 0o640);
  assert.match(await errorOf(guard({ tlsCert: one.cert, tlsKey: one.key })), /^--tls-key .*found mode 640/);
});

for (const mode of [0o604, 0o640, 0o660, 0o622, 0o777]) {
  test(`a file of tokens with mode ${mode.toString(8)} is refused`, async (t) => {
    const tokens = secret(t, { crossover: TOKEN });
    chmodSync(tokens, mode);
    const expected = 'expected a file that only its owner may read, found mode';
    assert.equal(
      await errorOf(guard({ tokens })),
      `--tokens ${tokens}: ${expected} ${mode.toString(8)}; chmod 600 ${tokens}`,
    );
    assert.match(await errorOf(pass({ tokenFile: tokens })), /^--token-file .*found mode/);
  });
}

test('the mode of the target of a link counts', async (t) => {
  const tokens = secret(t, { crossover: TOKEN });
  const link = join(temporaryFolder(t), 'link');
  symlinkSync(tokens, link);
  await guard({ tokens: link });
  chmodSync(tokens, 0o644);
  assert.match(await errorOf(guard({ tokens: link })), /found mode 644/);
});

test("another user's tokens are refused", {
  skip: !isRoot && 'only root can give a file away',
}, async (t) => {
  const tokens = secret(t, { crossover: TOKEN });
  chownSync(tokens, NOBODY, NOBODY);
  assert.match(await errorOf(guard({ tokens })), new RegExp(`belongs to user ${NOBODY}`));
});

test('a folder, a pipe and a missing file are refused without waiting', async (t) => {
  const folder = temporaryFolder(t);
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', ['-m', '600', pipe]);
  assert.match(await errorOf(guard({ tokens: pipe })), /something that is not a file/);
  assert.match(await errorOf(guard({ tokens: folder })), /something that is not a file/);
  assert.match(await errorOf(guard({ tokens: join(folder, 'nothing') })), /ENOENT/);
});

for (const [what, content, message] of [
  ['invalid JSON', `${TOKEN} ${OTHER_TOKEN}`, /expected a JSON object/],
  ['a name twice', `{"a":"${TOKEN}","a":"${OTHER_TOKEN}"}`, /expected each name once, found "a" twice/],
  ['almost JSON', `{"a":"${TOKEN}",\n}`, /found something else; it breaks at line 2, column 1$/],
  ['a list', [TOKEN], /expected a JSON object/],
  [
    'a short token',
    { crossover: 'x'.repeat(31) },
    /expected a token of 32 to 256 visible characters.* crossover$/,
  ],
  ['a long token', { crossover: 'x'.repeat(257) }, /expected a token of 32 to 256/],
  ['a token with the delimiter', { crossover: `${TOKEN}*` }, /other than \*/],
  ['a token with a space', { crossover: `${TOKEN} ${TOKEN}` }, /visible characters/],
  ['a token that is not a string', { crossover: 12 }, /expected a token/],
  ['an invalid name', { 'a b': TOKEN }, /expected names of 1 to 64/],
  [
    'one token for two',
    { crossover: TOKEN, other: TOKEN },
    /a different token for each name, found the token of other twice/,
  ],
] as const) {
  test(`a file of tokens with ${what} is refused`, async (t) => {
    assert.match(await errorOf(guard({ tokens: secret(t, content) })), message);
  });
}

for (const content of ['', 'short', `${TOKEN} ${OTHER_TOKEN}`, `${TOKEN}\n${OTHER_TOKEN}`, `${TOKEN}*`]) {
  test(`a token file with ${content.length} characters that are not a token is refused`, async (t) => {
    assert.match(await errorOf(pass({ tokenFile: secret(t, content) })), /expected one token of 32 to 256/);
  });
}
