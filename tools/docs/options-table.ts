// The table of options for the README, in Markdown.

import { defaultText, flagOf, KEYS, type Key, optionOf } from '../../src/settings/options.ts';

const HEAD = ['Option', 'Default', 'Commands', 'What it does'];

/** A Markdown table of all options: one row each, in the order of the table. Ends with a line feed. */
export function optionsTable(): string {
  const config = [
    '`--config FILE`',
    '`tickline.config.json`',
    'all',
    'file of options, by their keys in camelCase',
  ];
  const rows = [HEAD, HEAD.map(() => '---'), ...KEYS.map(row), config];
  return rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function row(key: Key): readonly string[] {
  const { placeholder, about, commands } = optionOf(key);
  const usage = placeholder === undefined ? flagOf(key) : `${flagOf(key)} ${placeholder}`;
  const shown = defaultText(key);
  return [code(usage), shown === undefined ? '' : code(shown), commands.join(', '), about];
}

/** A bar ends a cell even within code, so it is escaped. */
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
