// docs/options.md: every option, from the option table.

import { type CommandName, PROCESSES } from '../../src/settings/options/option.ts';
import {
  defaultText,
  flagAt,
  flagOf,
  type Key,
  OPTION_GROUPS,
  optionOf,
} from '../../src/settings/options.ts';

/** The whole page. */
export function optionsPage(): string {
  return `<!-- Made by npm run docs from src/settings/options/ and tools/docs/options-page.ts. -->

# Options

\`./tickline run --help\` prints the common options, \`./tickline run --help-all\` all of them. Each process accepts the options that
concern it.

Options can also stand in \`tickline.config.json\` of the current folder, or in the file that \`--config FILE\` names. Their keys are
their names in camelCase:

\`\`\`json
{ "pricePort": 9101, "rate": "10x", "symbols": ["AAPL", "MSFT"], "lossless": true }
\`\`\`

The command line overrides the file, and the file overrides the defaults. \`--no-lossless\` turns off a switch that the file turns on.
An invalid value exits with status 2, and one line says which values are valid. Limits on orders can change while a stack runs:
[risk.md](risk.md#change-limits-while-it-runs).

Brackets hold the default, and the commands that have the option if they differ from the section's.
\`./tickline backtest --help\` lists the options of a backtest.
${OPTION_GROUPS.map(section).join('')}`;
}

function section({ heading, keys }: (typeof OPTION_GROUPS)[number]): string {
  const usual = mostFrequent(keys.map((key) => commandText(key)));
  return `\n## ${heading}\n\nCommands: ${usual}.\n\n${keys.map((key) => line(key, usual)).join('')}`;
}

function line(key: Key, usual: string): string {
  const { placeholder, about } = optionOf(key);
  const usage = placeholder === undefined ? flagOf(key) : `${flagOf(key)} ${placeholder}`;
  const shown = defaultText(key);
  const ofCommands = commandText(key);
  const facts = [
    ...(shown === undefined ? [] : [code(shown)]),
    ...(ofCommands === usual ? [] : [ofCommands]),
  ];
  return `- ${code(usage)}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}: ${about}\n`;
}

function mostFrequent(texts: readonly string[]): string {
  const counts = Map.groupBy(texts, (text) => text);
  const [[first]] = [...counts].sort(([, one], [, other]) => other.length - one.length);
  return first;
}

/** Without `backtest` and `data`, which share many options of other sections. */
function commandText(key: Key): string {
  const { commands: all } = optionOf(key);
  const commands = all.length === 1 ? all : all.filter((name) => name !== 'backtest' && name !== 'data');
  const isEverywhere = PROCESSES.every((name) => commands.includes(name));
  const others = commands.filter((name) => !isEverywhere || !PROCESSES.some((other) => other === name));
  return [...(isEverywhere ? ['every process'] : []), ...others.map((name) => nameAt(name, key))].join(', ');
}

/** The command, with the flag that the option has there if it is another one. */
function nameAt(command: CommandName, key: Key): string {
  const flag = flagAt(command, key);
  return flag === flagOf(key) ? command : `${command} as ${code(flag)}`;
}

function code(text: string): string {
  return `\`${text}\``;
}
