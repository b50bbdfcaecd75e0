import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { flagOf, KEYS } from '../../src/settings/options.ts';
import { optionsTable } from '../../tools/docs/options-table.ts';

test('the table for the README has a row for each option, of four cells, and no path of this machine', () => {
  const table = optionsTable();
  const rows = table.trimEnd().split('\n');
  assert.equal(rows.length, KEYS.length + 3);
  for (const row of rows) assert.equal(row.replaceAll('\\|', '').split('|').length, 6, row);
  for (const key of KEYS) assert.ok(table.includes(`| \`${flagOf(key)}`), key);
  assert.ok(!table.includes(PROJECT_ROOT));
});
