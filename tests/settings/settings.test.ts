import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { TicklineError } from '../../src/platform/errors.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { type CommandName, flagOf, KEYS, type Key, keysOf, optionOf } from '../../src/settings/options.ts';
import { argumentsFor, type CommandLine, settingsFor } from '../../src/settings/settings.ts';
import fc from '../property.ts';
import { temporaryFolder } from '../run-process.ts';
import { BOUNDS } from './option-bounds.ts';

const COMMANDS: readonly CommandName[] = [
  'run',
  'gateway',
  'orderbook',
  'strategy',
  'order-manager',
  'book',
  'orders',
  'stat',
  'clean',
];

/** The settings of `run` without any file. */
function settings(given: CommandLine = {}) {
  return settingsFor('run', { config: false, ...given });
}

/** A configuration file with this content, removed when the test ends. */
function fileOf(t: TestContext, content: unknown): string {
  const file = join(temporaryFolder(t), 'options.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** The message of the error that `action` throws: one line, exit status 2. */
function errorOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof TicklineError, String(error));
    assert.equal(error.exitStatus, 2);
    assert.doesNotMatch(error.message, /\n/);
    return error.message;
  }
  return assert.fail('nothing was thrown');
}

const NATS = { nats: 'nats://a', natsCa: 'a', natsCert: 'b', natsKey: 'c' };
const TLS = { tlsCert: 'a', tlsKey: 'b', tlsCa: 'c' };
const TLS_OF_BOTH = { ...TLS, tlsClientCa: 'd', tlsClientCert: 'e', tlsClientKey: 'f' };

/** The options that an option needs. */
const BESIDE: Partial<Record<Key, CommandLine>> = {
  tokens: { tokenFile: 't' },
  tokenFile: { tokens: 't' },
  watchTokenFile: { tokens: 't', tokenFile: 't' },
  tlsCert: TLS,
  tlsKey: TLS,
  natsNkey: NATS,
  natsCa: NATS,
  natsCert: NATS,
  natsKey: NATS,
  shards: NATS,
  tlsCa: TLS,
  tlsClientCa: TLS_OF_BOTH,
  tlsClientCert: TLS_OF_BOTH,
  tlsClientKey: TLS_OF_BOTH,
  symbols: { source: 'random', symbolCapacity: '1000000' },
  feedUrl: { source: 'kraken' },
  slippageBps: { fill: 'market' },
  record: { source: 'kraken' },
};

for (const key of KEYS) {
  test(`${flagOf(key)} accepts the values at its bounds and rejects those beyond`, () => {
    for (const value of BOUNDS[key].right) settings({ ...BESIDE[key], [key]: value });
    for (const value of BOUNDS[key].wrong) {
      const message = errorOf(() => settings({ ...BESIDE[key], [key]: value }));
      const start = `${flagOf(key)} ${JSON.stringify(value)}`.slice(0, 60);
      assert.ok(message.startsWith(start), message);
      assert.ok(message.endsWith(`is not valid: expected ${optionOf(key).kind.expected}`), message);
    }
  });
}

test('an invalid value is reported with its option and the expected values', () => {
  assert.equal(
    errorOf(() => settings({ rate: 'fast' })),
    '--rate "fast" is not valid: expected ticks per second such as 2000/s (1 to 100000000), a multiple of the pace of the data such as 10x (0.001 to 1000000000), or max',
  );
  assert.equal(
    errorOf(() => settings({ duration: 'x'.repeat(1000) })),
    `--duration "${'x'.repeat(59)}... is not valid: expected a time such as 500ms, 30s, 2m or 1h, from 1ms to 168h`,
  );
});

test('values are converted to ms, bytes and ticks per second', () => {
  const { rate, duration, staleAfter, replayWindow, fsync, symbols } = settings({
    rate: 'max',
    duration: '1.5s',
    staleAfter: '2m',
    replayWindow: '64KiB',
    fsync: 'off',
    symbols: 'AAPL,MSFT',
  });
  assert.deepEqual(
    { rate, duration, staleAfter, replayWindow, fsync, symbols },
    {
      rate: { ticksPerSecond: Number.POSITIVE_INFINITY },
      duration: 1500,
      staleAfter: 120_000,
      replayWindow: 65_536,
      fsync: false,
      symbols: ['AAPL', 'MSFT'],
    },
  );
});

test('the defaults are the ports and rules of the documentation', () => {
  const { host, pricePort, newsPort, orderPort, stack, short, long, bullish, bearish, wait, duration } =
    settings();
  assert.deepEqual([host, pricePort, newsPort, orderPort, stack], ['127.0.0.1', 9001, 9002, 9003, 'default']);
  assert.deepEqual([short, long, bullish, bearish, wait, duration], [5, 20, 60, 40, 'block', undefined]);
});

for (const command of COMMANDS) {
  test(`${command} gets its own options and no others`, () => {
    assert.deepEqual(Object.keys(settingsFor(command, { config: false })), keysOf(command));
  });
}

test('a path is relative to the current folder, the default data to the project', () => {
  assert.equal(settings({ data: 'mine.csv' }).data, resolve('mine.csv'));
  assert.equal(settings().data, join(PROJECT_ROOT, 'data', 'dow30-1990-2001.csv'));
  assert.equal(settings({ logDir: 'mine' }).logDir, resolve('mine'));
});

const TOGETHER: readonly (readonly [CommandLine, string])[] = [
  [{ short: '20' }, '--short 20 is not valid: expected less than --long, which is 20'],
  [{ long: '5' }, '--short 5 is not valid: expected less than --long, which is 5'],
  [{ bearish: '61' }, '--bearish 61 is not valid: expected at most --bullish, which is 60'],
  [{ newsPort: '9001' }, "--news-port 9001 is not valid: expected a port other than --price-port's"],
  [
    { source: 'random', symbols: '2000' },
    '--symbol-capacity 1024 is not valid: expected at least 2000, the number of symbols',
  ],
  [{ source: 'random', skip: '2' }, '--skip has no meaning with --source random; it needs --source replay'],
  [
    { source: 'random', rate: '2x' },
    '--rate 2x needs data with times, which --source random does not have; give ticks per second, or max',
  ],
  [{ tlsCert: 'a' }, '--tls-cert needs --tls-key; give both'],
  [{ tlsCert: 'a', tlsKey: 'b' }, '--tls-cert needs --tls-ca; give both'],
  [{ shards: '0' }, '--shards needs --nats; give both'],
  [
    { nats: 'nats://a', lossless: true },
    '--lossless works on one machine only; leave out --lossless or --nats',
  ],
  [{ tokens: 't' }, '--tokens needs --token-file; give both'],
  [
    { tokens: 't', tokenFile: 't', dashboard: true },
    '--dashboard with --tokens needs --watch-token-file; give all three',
  ],
  [
    { symbols: '5' },
    '--symbols 5 is a number, which needs --source random; for a symbol of that name write "5,"',
  ],
];

for (const [given, message] of TOGETHER) {
  test(`${Object.entries(given).join(' ')} are rejected together`, () => {
    assert.equal(
      errorOf(() => settings(given)),
      message,
    );
  });
}

test('ports of 0 may be the same', () => {
  settings({ pricePort: '0', newsPort: '0', orderPort: '0' });
});

test('the command line overrides the file, and the file overrides the defaults', (t) => {
  const config = fileOf(t, { rate: 500, seed: 7 });
  const { rate, seed, quantity } = settings({ config, rate: '900' });
  assert.deepEqual([rate, seed, quantity], [{ ticksPerSecond: 900 }, 7, 10]);
});

for (const [given, value] of [
  ['2000', { ticksPerSecond: 2_000 }],
  ['2.5/s', { ticksPerSecond: 2.5 }],
  [2_000, { ticksPerSecond: 2_000 }],
  ['10x', { timesOwnPace: 10 }],
  ['max', { ticksPerSecond: Number.POSITIVE_INFINITY }],
] as const) {
  test(`a rate of ${given} is read in its unit`, () => {
    assert.deepEqual(settings({ rate: given }).rate, value);
  });
}

for (const [given, value] of [
  ['1.5s', { ms: 1_500 }],
  ['500ticks', { ticks: 500 }],
  ['9', { ticks: 9 }],
] as const) {
  test(`news every ${given} is read in its unit`, () => {
    assert.deepEqual(settings({ newsEvery: given }).newsEvery, value);
  });
}

test('a number of symbols is a count, a number with a comma is a symbol', () => {
  const source = 'random';
  assert.equal(settings({ source, symbols: '700' }).symbols, 700);
  assert.deepEqual(settings({ source, symbols: '700,' }).symbols, ['700']);
});

test('a number of symbols in a file applies to the random walk only', (t) => {
  const config = fileOf(t, { source: 'random', symbols: 500 });
  assert.equal(settings({ config }).symbols, 500);
  assert.equal(settings({ config, source: 'replay' }).symbols, undefined);
  assert.equal(settingsFor('orderbook', { config }).symbols, undefined);
});

test('a switch that the file turns on can be turned off on the command line', (t) => {
  assert.equal(settings({ config: fileOf(t, { loop: true }), loop: false }).loop, false);
});

test('an invalid value in the file is reported with key and file, also for an option of another command', (t) => {
  const config = fileOf(t, { short: 0 });
  assert.equal(
    errorOf(() => settingsFor('gateway', { config })),
    `short 0 is not valid in ${config}: expected a number of ticks from 1 to 100000`,
  );
});

for (const [key, nearest] of [
  ['pricePrt', 'pricePort'],
  ['price-port', 'pricePort'],
  ['Rate', 'rate'],
] as const) {
  test(`the unknown key ${key} is rejected with the nearest key`, (t) => {
    const config = fileOf(t, { [key]: 1 });
    const message = errorOf(() => settings({ config }));
    assert.ok(message.startsWith(`${config}: unknown key "${key}": did you mean "${nearest}"?`), message);
  });
}

for (const key of ['constructor', '__proto', 'colour']) {
  test(`the unknown key ${key}, which resembles no option, is rejected without a guess`, (t) => {
    const config = fileOf(t, { [key]: 1 });
    const message = errorOf(() => settings({ config }));
    assert.equal(message, `${config}: unknown key "${key}": ./tickline run --help-all lists all options`);
  });
}

test('a file with an option twice is rejected', (t) => {
  const file = fileOf(t, '{"maxQuantity": 10, "maxQuantity": 1000}');
  assert.match(
    errorOf(() => settings({ config: file })),
    /expected each key once, found "maxQuantity" twice/,
  );
});

test('a file that is missing or is not a JSON object is rejected', (t) => {
  const missing = join(temporaryFolder(t), 'missing.json');
  assert.match(
    errorOf(() => settings({ config: missing })),
    /missing\.json: expected a file that can be read \(ENOENT/,
  );
  for (const text of ['{', '', '[1]', 'null', '3', '{"rate":\n\n}']) {
    const message = errorOf(() => settings({ config: fileOf(t, text) }));
    assert.match(message, /options\.json: expected (JSON|a JSON object)/);
  }
});

test('a file that is almost JSON is rejected with the line and column where it breaks', (t) => {
  const file = fileOf(t, '{\n  "rate": 1000,\n  "maxQuantity": NaN\n}\n');
  assert.match(
    errorOf(() => settings({ config: file })),
    /options\.json: expected JSON; NaN at line 3, column 18 is no JSON: write a number, true, false or null$/,
  );
});

test('any value is accepted or rejected with one line', () => {
  fc.assert(
    fc.property(fc.constantFrom(...KEYS), fc.oneof(fc.string(), fc.json(), fc.jsonValue()), (key, value) => {
      try {
        settings({ [key]: value });
      } catch (error) {
        assert.ok(error instanceof TicklineError, String(error));
        assert.doesNotMatch(error.message, /\n/);
      }
    }),
  );
});

test('the arguments made from settings restore the same settings', () => {
  const given = fc.record(
    {
      rate: fc.oneof(fc.constantFrom('max', '10x', '0.5x', '2.5/s'), fc.integer({ min: 1, max: 1e8 })),
      newsEvery: fc.constantFrom('1tick', '500ticks', '1ms', '1.5s'),
      loop: fc.boolean(),
      fsync: fc.boolean(),
      bullish: fc.double({ min: 40, max: 100, noNaN: true }),
      symbols: fc.constantFrom('AAPL', 'AAPL,BRK.B', '700,', '1,2'),
      duration: fc.constantFrom('1ms', '1.5s', '2h'),
      replayWindow: fc.constantFrom('64KiB', '100000', '1GiB'),
      logDir: fc.constantFrom('a', '/b c'),
      logSize: fc.constantFrom('4KiB', '100000', '1GiB'),
      logFiles: fc.integer({ min: 1, max: 1_000 }),
      wait: fc.constantFrom('spin', 'block'),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(given, (values) => {
      const first = settings(values);
      const [command, ...words] = argumentsFor('run', first);
      assert.equal(command, 'run');
      assert.deepEqual(settings(commandLineOf(words)), first);
    }),
  );
});

test('only settings other than the defaults become arguments', () => {
  const words = argumentsFor('gateway', settingsFor('gateway', { config: false, rate: '3x' }));
  assert.deepEqual(words, ['gateway', '--no-config', '--rate', '3x']);
});

/** Parses the words of argumentsFor() as the command line does. */
function commandLineOf(words: readonly string[]): CommandLine {
  const given: Partial<Record<Key, unknown>> = {};
  for (const [index, word] of words.entries()) {
    const key = KEYS.find((candidate) => flagOf(candidate) === word);
    if (key !== undefined) given[key] = optionOf(key).placeholder === undefined ? true : words[index + 1];
  }
  return given;
}

test('a live feed sets its own pace, and does not wait for its clients', () => {
  assert.equal(
    errorOf(() => settings({ source: 'kraken', lossless: true })),
    '--lossless makes the feed wait for its clients, and --source kraken does not wait; leave one out',
  );
  assert.equal(
    errorOf(() => settings({ source: 'binance', rate: '100/s' })),
    '--rate has no meaning with --source binance, whose ticks leave as they come',
  );
  settings({ source: 'kraken', symbols: 'BTC/USD,ETH/USD' });
});

test('slippage without --fill market is refused, because it would change nothing', () => {
  assert.match(
    errorOf(() => settings({ slippageBps: '5' })),
    /^--slippage-bps needs --fill market/,
  );
  assert.equal(settings({ slippageBps: '5', fill: 'market' }).slippageBps, 5);
});
