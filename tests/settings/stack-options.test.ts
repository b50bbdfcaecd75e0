// The options that name a stack and its ports.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConflictingOptionsError } from '../../src/settings/errors.ts';
import { type CommandLine, settingsFor } from '../../src/settings/settings.ts';

function settings(given: CommandLine) {
  return settingsFor('run', { config: false, ...given });
}

test('--ports sets the four ports, and a single port goes before it', () => {
  const portsOf = (given: CommandLine) => {
    const { pricePort, newsPort, orderPort, dashboardPort } = settings(given);
    return [pricePort, newsPort, orderPort, dashboardPort];
  };
  assert.deepEqual(portsOf({ ports: '9101' }), [9101, 9102, 9103, 9104]);
  assert.deepEqual(portsOf({ ports: '9101', orderPort: '9203' }), [9101, 9102, 9203, 9104]);
  assert.deepEqual(portsOf({ ports: '0' }), [0, 0, 0, 0]);
});

test('--book is another name of --stack, and both at once are refused', () => {
  assert.equal(settings({ book: 'b' } as CommandLine).stack, 'b');
  assert.throws(() => settings({ book: 'b', stack: 'c' } as CommandLine), ConflictingOptionsError);
});
