import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_RISK_LIMITS } from '../../src/domain/risk/risk-limits.ts';
import { changesOf, limitsFileText, riskLimits, withoutLimits } from '../../src/settings/limits.ts';
import { argumentsFor, settingsFor } from '../../src/settings/settings.ts';
import fc from '../property.ts';
import { temporaryFolder } from '../run-process.ts';

const DEFAULTS = settingsFor('order-manager', { config: false });

test('the options have the default limits of the risk checks', () => {
  assert.deepEqual(riskLimits(DEFAULTS), DEFAULT_RISK_LIMITS);
});

test('changed limits are returned with both values, other changed settings by name', () => {
  const after = settingsFor('order-manager', {
    config: false,
    maxQuantity: '500',
    priceCollar: '5',
    allowedSymbols: 'AAPL,MSFT',
    orderPort: '9',
  });
  assert.deepEqual(changesOf(DEFAULTS, after), {
    limits: [
      'maxQuantity 1000000, now 500',
      'priceCollar off, now 5',
      'allowedSymbols not set, now AAPL,MSFT',
    ],
    others: ['orderPort'],
  });
  assert.deepEqual(changesOf(after, after), { limits: [], others: [] });
});

test('a limits file and arguments without limits restore the same settings', (t) => {
  const file = join(temporaryFolder(t), 'limits.json');
  const given = fc.record(
    {
      maxQuantity: fc.integer({ min: 1, max: 1e9 }),
      maxNotional: fc.double({ min: 0.01, max: 1e15, noNaN: true }),
      maxPosition: fc.integer({ min: 0, max: 1e12 }),
      maxSymbols: fc.integer({ min: 1, max: 1_000_000 }),
      maxOrderRate: fc.oneof(fc.constant('off'), fc.integer({ min: 1, max: 1e8 })),
      priceCollar: fc.oneof(fc.constant('off'), fc.double({ min: 0.001, max: 1e5, noNaN: true })),
      allowedSymbols: fc.constantFrom('AAPL', 'AAPL,BRK.B'),
      fsync: fc.constantFrom('on', 'off'),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(given, (values) => {
      const settings = settingsFor('order-manager', { config: false, ...values });
      writeFileSync(file, limitsFileText(settings));
      const words = argumentsFor('order-manager', withoutLimits(settings), file);
      assert.deepEqual(words.slice(0, 3), ['order-manager', '--config', file]);
      const { fsync } = values;
      assert.deepEqual(settingsFor('order-manager', { config: file, ...(fsync && { fsync }) }), settings);
    }),
  );
});
