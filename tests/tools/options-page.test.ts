import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { flagOf, KEYS } from '../../src/settings/options.ts';
import { optionsPage } from '../../tools/docs/options-page.ts';

test('docs/options.md has one row of four cells for each option, and no path of this machine', () => {
  const page = optionsPage();
  const rows = page.split('\n').filter((line) => line.startsWith('| `--'));
  assert.equal(rows.length, KEYS.length);
  for (const row of rows) assert.equal(row.replaceAll('\\|', '').split('|').length, 6, row);
  for (const key of KEYS)
    assert.ok(
      rows.some((row) => row.startsWith(`| \`${flagOf(key)}`)),
      key,
    );
  assert.ok(!page.includes(PROJECT_ROOT));
});
