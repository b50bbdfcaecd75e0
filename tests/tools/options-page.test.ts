import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { flagOf, KEYS } from '../../src/settings/options.ts';
import { optionsPage } from '../../tools/docs/options-page.ts';

test('docs/options.md has one line for each option, and no path of this machine', () => {
  const page = optionsPage();
  const flags = Array.from(page.matchAll(/^- `(--[a-z-]+)[^`]*`.*?: \S/gm), ([, flag]) => flag);
  assert.deepEqual(flags, KEYS.map(flagOf));
  assert.ok(!page.includes(PROJECT_ROOT));
});

test('docs/options.md names the flag of a command that has another one', () => {
  assert.match(optionsPage(), /^- `--only STRATEGY` \(halt, resume, orders as `--strategy`\): /m);
});
