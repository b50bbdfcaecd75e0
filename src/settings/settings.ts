// The settings of a process: the command line over the configuration file over the defaults.

import { safeParse } from 'valibot';
import { ConflictingOptionsError, InvalidOptionError } from './errors.ts';
import { type ConfigFile, type Given, readConfigFile, readConfigFileWithin } from './file.ts';
import { PORT_KEYS } from './options/network.ts';
import { CROSSOVER_OPTIONS } from './options/strategy.ts';
import {
  ALIASES,
  type CommandName,
  flagAt,
  flagOf,
  KEYS,
  type Key,
  keysOf,
  optionOf,
  type SettingsOf,
} from './options.ts';
import { type AnySettings, checkTogether, makesSymbols } from './rules.ts';

export type RunSettings = SettingsOf<'run'>;
export type GatewaySettings = SettingsOf<'gateway'>;
export type OrderBookSettings = SettingsOf<'orderbook'>;
export type StrategyProcessSettings = SettingsOf<'strategy'>;
export type OrderManagerSettings = SettingsOf<'order-manager'>;
export type DashboardSettings = SettingsOf<'dashboard'>;
export type BookSettings = SettingsOf<'book'>;
export type OrdersSettings = SettingsOf<'orders'>;
export type HaltSettings = SettingsOf<'halt'>;
export type StatSettings = SettingsOf<'stat'>;
export type BacktestSettings = SettingsOf<'backtest'>;
export type DataSettings = SettingsOf<'data'>;
export type StacksSettings = SettingsOf<'stacks'>;
export type FeedTestSettings = SettingsOf<'feed test'>;
export type FeedCheckSettings = SettingsOf<'feed check'>;

/** The options of a command line. `config` is the configuration file; false reads none. */
export interface CommandLine extends Given {
  readonly config?: string | boolean;
}

/** Where options were given, and how a message names them. */
interface Place {
  readonly given: Given;
  readonly nameOf: (key: string) => string;
  /** Follows "not valid": ` in tickline.config.json`, or nothing for the command line. */
  readonly where: string;
}

type Values = Partial<Record<Key, unknown>>;
type MutableSettings = { -readonly [K in keyof AnySettings]: AnySettings[K] };

/** Reading a file of settings again takes this long at most. */
const READ_AGAIN_MS = 5_000;

/**
 * The settings of `command`. The whole configuration file is checked, also the options of other commands.
 * @throws UsageError for the first invalid option, or a file that must not be read
 */
export function settingsFor<C extends CommandName>(command: C, line: CommandLine = {}): SettingsOf<C> {
  const { config } = line;
  const file = config === false ? undefined : readConfigFile(fileOf(config));
  return combined(command, line, file);
}

/** The same for a process that runs, without blocking its thread. @throws the same */
export async function settingsAgain<C extends CommandName>(
  command: C,
  line: CommandLine = {},
): Promise<SettingsOf<C>> {
  const { config } = line;
  const file = config === false ? undefined : await readConfigFileWithin(READ_AGAIN_MS, fileOf(config));
  return combined(command, line, file);
}

function fileOf(config: string | boolean | undefined): string | undefined {
  return typeof config === 'string' ? config : undefined;
}

function combined<C extends CommandName>(
  command: C,
  { config: _, ...given }: CommandLine,
  file: ConfigFile | undefined,
): SettingsOf<C> {
  const values: Values = {};
  for (const key of KEYS) values[key] = defaultOf(key);
  if (file !== undefined)
    override(values, { given: file.given, nameOf: (key) => key, where: ` in ${file.name}` });
  override(values, { given, nameOf: (key) => flagAt(command, key), where: '' });

  // Each value has passed the schema of its key, which is where the type of the settings comes from.
  const settings = Object.fromEntries(keysOf(command).map((key) => [key, values[key]])) as MutableSettings;
  // A file may hold the number of symbols for another feed, or for the Gateway alone.
  if (typeof settings.symbols === 'number' && given.symbols === undefined && !makesSymbols(settings.source))
    settings.symbols = undefined;
  checkTogether(settings, given);
  return settings as unknown as SettingsOf<C>;
}

/**
 * The command line that gives `command` these settings, starting with the command. It reads no configuration
 * file but `config`, which has the settings that are left out here.
 */
export function argumentsFor<C extends CommandName>(
  command: C,
  settings: Partial<SettingsOf<C>>,
  config?: string,
): string[] {
  const values: Values = settings;
  const words: string[] = [command, ...(config === undefined ? ['--no-config'] : ['--config', config])];
  for (const key of keysOf(command)) {
    const { kind, placeholder } = optionOf(key);
    const value = values[key];
    const usual = defaultOf(key);
    if (value === undefined || (usual !== undefined && kind.text(value) === kind.text(usual))) continue;
    words.push(flagAt(command, key));
    if (placeholder !== undefined) words.push(kind.text(value));
  }
  return words;
}

/** Settings without the options of the crossover, where a file replaces it: they may stand in a file for it. */
export function forStrategy<S extends { readonly strategy?: unknown }>(settings: S): S {
  if (settings.strategy === undefined) return settings;
  return { ...settings, ...Object.fromEntries(CROSSOVER_OPTIONS.map((key) => [key, undefined])) };
}

/** Checks the values of one place and writes them over the earlier ones. A single port goes before `ports`. */
function override(values: Values, place: Place): void {
  const { nameOf, where } = place;
  const given = withoutAliases(place);
  if (given.ports !== undefined) {
    const first = check('ports', given.ports, nameOf('ports'), where) as number;
    for (const [index, key] of PORT_KEYS.entries()) values[key] = first === 0 ? 0 : first + index;
  }
  for (const key of KEYS) {
    if (key !== 'ports' && given[key] !== undefined) values[key] = check(key, given[key], nameOf(key), where);
  }
}

/** @throws ConflictingOptionsError when an option is given by both its names */
function withoutAliases({ given, nameOf, where }: Place): Given {
  const values: Partial<Record<string, unknown>> = { ...given };
  for (const [alias, key] of ALIASES) {
    const value = values[alias];
    if (value === undefined) continue;
    if (given[key] !== undefined && given[key] !== value)
      throw new ConflictingOptionsError(
        `${nameOf(alias)} is another name of ${nameOf(key)}, and both are given${where}; give one of them`,
      );
    values[key] = value;
  }
  return values;
}

function check(key: Key, value: unknown, name: string, where = ''): unknown {
  const { kind } = optionOf(key);
  const result = safeParse(kind.schema, value);
  if (!result.success) throw new InvalidOptionError(name, value, kind.expected, where);
  return result.output;
}

function defaultOf(key: Key): unknown {
  const value = optionOf(key).default;
  return value === undefined ? undefined : check(key, value, flagOf(key));
}
