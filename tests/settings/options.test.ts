import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'valibot';
import { aboutOf, KEYS, OPTION_GROUPS, optionOf } from '../../src/settings/options.ts';
import fc from '../property.ts';

test('each default is valid, and its text parses to the same value', () => {
  const keys = KEYS.filter((key) => optionOf(key).default !== undefined);
  fc.assert(
    fc.property(fc.constantFrom(...keys), (key) => {
      const { kind, placeholder, default: value } = optionOf(key);
      const parsed = parse(kind.schema, value);
      if (placeholder !== undefined) assert.deepEqual(parse(kind.schema, kind.text(parsed)), parsed);
    }),
  );
});

test('every option has exactly one heading in the help', () => {
  assert.deepEqual(
    OPTION_GROUPS.flatMap(({ keys }) => keys),
    KEYS,
  );
});

test('only an option without a placeholder is a switch', () => {
  for (const key of KEYS) {
    const { default: value, placeholder } = optionOf(key);
    assert.equal(typeof value === 'boolean', placeholder === undefined, key);
  }
});

test('only a command that listens on a port is offered any free port', () => {
  assert.match(aboutOf('pricePort', 'gateway'), /any free port/);
  assert.doesNotMatch(aboutOf('pricePort', 'orderbook'), /any free port/);
});
