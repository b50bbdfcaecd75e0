import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flagOf, KEYS, optionOf, PROJECT_ROOT } from '../../src/settings/options.ts';
import { optionsTable } from '../../src/settings/options-table.ts';
import fc from '../property.ts';

test('each default is valid, and written back it gives the same value again', () => {
  const keys = KEYS.filter((key) => optionOf(key).default !== undefined);
  fc.assert(
    fc.property(fc.constantFrom(...keys), (key) => {
      const { kind, placeholder, default: value } = optionOf(key);
      const parsed = kind.schema.parse(value);
      if (placeholder !== undefined) assert.deepEqual(kind.schema.parse(kind.text(parsed)), parsed);
    }),
  );
});

test('only an option without a placeholder is a switch', () => {
  for (const key of KEYS) {
    const { default: value, placeholder } = optionOf(key);
    assert.equal(typeof value === 'boolean', placeholder === undefined, key);
  }
});

test('the table for the README has a row for each option, of four cells, and no path of this machine', () => {
  const table = optionsTable();
  const rows = table.trimEnd().split('\n');
  assert.equal(rows.length, KEYS.length + 3);
  for (const row of rows) assert.equal(row.replaceAll('\\|', '').split('|').length, 6, row);
  for (const key of KEYS) assert.ok(table.includes(`| \`${flagOf(key)}`), key);
  assert.ok(!table.includes(PROJECT_ROOT));
});
