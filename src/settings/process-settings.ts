// The settings of a running process, from its command line in /proc and its configuration file: what a
// process really uses, whoever started it.

import { readFileSync, readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { addOptions } from './command-options.ts';
import { type Given, readConfigFile } from './file.ts';
import type { CommandName, Key, SettingsOf } from './options.ts';
import { type CommandLine, forStrategy, settingsFor } from './settings.ts';

/** Files that a description names; a relative path starts at the folder of the process. */
const PATHS: readonly Key[] = ['data', 'newsData', 'strategy', 'ordersDb'];

/** What a process was started with, and its current folder. */
export interface ProcessSettings<C extends CommandName> {
  readonly settings: SettingsOf<C>;
  readonly folder: string;
}

/**
 * The settings of a process that runs this command. Undefined if there is no such process, it is not ours to
 * read, it runs something else, or it has removed its folder or changed its configuration file since.
 */
export function settingsOfProcess<C extends CommandName>(
  pid: number,
  command: C,
): ProcessSettings<C> | undefined {
  if (pid <= 0) return undefined;
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const at = words.indexOf(command);
    if (at < 0) return undefined;
    const folder = readlinkSync(`/proc/${pid}/cwd`);
    return { settings: settingsIn(folder, command, words.slice(at + 1)), folder };
  } catch {
    return undefined;
  }
}

/** @param words the command line after the name of the command */
function settingsIn<C extends CommandName>(
  folder: string,
  command: C,
  words: readonly string[],
): SettingsOf<C> {
  const parser = new Command(command).exitOverride().configureOutput({ writeErr: () => {} });
  addOptions(parser, command);
  const { config, ...given } = parser.parse([...words], { from: 'user' }).opts<CommandLine>();
  const file = config === false ? {} : givenIn(folder, typeof config === 'string' ? config : undefined);
  const all = { ...absolute(folder, file), ...absolute(folder, given) };
  return settingsFor(command, { ...forStrategy(all), config: false });
}

function givenIn(folder: string, config: string | undefined): Given {
  if (config !== undefined) return readConfigFile(resolve(folder, config)).given;
  try {
    return readConfigFile(resolve(folder, 'tickline.config.json')).given;
  } catch {
    return {};
  }
}

function absolute(folder: string, given: Given): Given {
  const paths = PATHS.flatMap((key) => {
    const value = given[key];
    return typeof value === 'string' ? [[key, resolve(folder, value)]] : [];
  });
  return { ...given, ...Object.fromEntries(paths) };
}
