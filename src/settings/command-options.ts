// The options of a command, for commander: from the option table, under its headings.

import { type Command, Option } from 'commander';
import {
  aboutOf,
  type CommandName,
  defaultText,
  flagAt,
  flagOf,
  isRare,
  type Key,
  keysOf,
  OPTION_GROUPS,
  optionOf,
} from './options.ts';

const GENERAL = 'General:';

/**
 * Adds the options that `name` takes, and --config, --help and --help-all. Values stay text: settingsFor()
 * checks them, together with those of the configuration file.
 */
export function addOptions(to: Command, name: CommandName): void {
  const keys = keysOf(name);
  for (const { heading, keys: ofGroup } of OPTION_GROUPS) {
    for (const key of ofGroup.filter((key) => keys.includes(key))) addOption(to, key, name, `${heading}:`);
  }
  to.addOption(
    new Option('--config <FILE>', 'file of options (default: tickline.config.json)').helpGroup(GENERAL),
  );
  to.addOption(new Option('--no-config').hideHelp());
  to.addHelpOption(new Option('-h, --help', 'print this help').helpGroup(GENERAL));
  if (keys.some((key) => isRare(key, name))) addHelpAll(to);
}

function addOption(to: Command, key: Key, command: CommandName, heading: string): void {
  const { placeholder, alias, variadic } = optionOf(key);
  const about = aboutOf(key, command);
  const flag = flagAt(command, key);
  const shown = defaultText(key);
  const usage = placeholder === undefined ? flag : `${flag} <${placeholder}${variadic ? '...' : ''}>`;
  const text = shown === undefined ? about : `${about} (default: ${shown})`;
  const option = new Option(usage, text).helpGroup(heading).hideHelp(isRare(key, command));
  option.attributeName = () => key;
  if (optionOf(key).repeatable) option.argParser(joined);
  // The feed is an argument of its commands.
  if (key === 'source' && command.startsWith('feed ')) return;
  to.addOption(option);
  if (alias !== undefined) to.addOption(new Option(usage.replace(flag, flagOf(alias))).hideHelp());
  if (placeholder === undefined) to.addOption(new Option(flag.replace('--', '--no-')).hideHelp());
}

function joined(value: string, earlier: string | undefined): string {
  return earlier === undefined ? value : `${earlier},${value}`;
}

function addHelpAll(to: Command): void {
  const rare = to.options.filter((option) => option.hidden && option.description !== '');
  const about = 'print the help with all options; see also docs/options.md';
  to.addOption(new Option('--help-all', about).helpGroup(GENERAL));
  to.on('option:help-all', () => {
    for (const option of rare) option.hideHelp(false);
    to.help();
  });
}
