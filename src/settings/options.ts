// The table of options, composed of one table per subject. The command line, tickline.config.json, the help
// and the docs come from it.

import { relative } from 'node:path';
import type { InferOutput } from 'valibot';
import { PROJECT_ROOT } from '../platform/project-root.ts';
import { BACKTEST_OPTIONS } from './options/backtest.ts';
import { CLUSTER_OPTIONS } from './options/cluster.ts';
import { DASHBOARD_OPTIONS } from './options/dashboard.ts';
import { GATEWAY_OPTIONS } from './options/gateway.ts';
import { GENERAL_OPTIONS } from './options/general.ts';
import { LOGGING_OPTIONS } from './options/logging.ts';
import { NETWORK_OPTIONS } from './options/network.ts';
import { type CommandName, type Option, PROCESSES } from './options/option.ts';
import { ORDER_MANAGER_OPTIONS } from './options/order-manager.ts';
import { ORDER_SECURITY_OPTIONS } from './options/order-security.ts';
import { ORDERBOOK_OPTIONS } from './options/orderbook.ts';
import { STRATEGY_OPTIONS } from './options/strategy.ts';

export type { CommandName } from './options/option.ts';

/** Every option by its key in tickline.config.json; `pricePort` is `--price-port` on the command line. */
const OPTIONS = {
  ...GATEWAY_OPTIONS,
  ...STRATEGY_OPTIONS,
  ...ORDER_MANAGER_OPTIONS,
  ...ORDERBOOK_OPTIONS,
  ...NETWORK_OPTIONS,
  ...CLUSTER_OPTIONS,
  ...ORDER_SECURITY_OPTIONS,
  ...DASHBOARD_OPTIONS,
  ...LOGGING_OPTIONS,
  ...BACKTEST_OPTIONS,
  ...GENERAL_OPTIONS,
};

/** The same options under the headings of the help. */
export const OPTION_GROUPS: readonly OptionGroup[] = [
  group('Prices and news', GATEWAY_OPTIONS),
  group('Strategy', STRATEGY_OPTIONS),
  group('Orders', ORDER_MANAGER_OPTIONS),
  group('Price book', ORDERBOOK_OPTIONS),
  group('Addresses', NETWORK_OPTIONS),
  group('Several machines', CLUSTER_OPTIONS),
  group('Security of the order port', ORDER_SECURITY_OPTIONS),
  group('Dashboard', DASHBOARD_OPTIONS),
  group('Logs', LOGGING_OPTIONS),
  group('Backtest', BACKTEST_OPTIONS),
  group('General', GENERAL_OPTIONS),
];

interface OptionGroup {
  readonly heading: string;
  readonly keys: readonly Key[];
}

function group<K extends Key>(heading: string, table: Readonly<Record<K, Option>>): OptionGroup {
  return { heading, keys: Object.keys(table) as K[] };
}

type Options = typeof OPTIONS;
export type Key = keyof Options;

type Value<O extends Option> =
  | InferOutput<O['kind']['schema']>
  | (O extends { readonly default: unknown } ? never : undefined);

/** The settings of a command: its own options, checked, with their defaults. Paths are absolute. */
export type SettingsOf<C extends CommandName> = {
  readonly [K in Key as C extends Options[K]['commands'][number] ? K : never]: Value<Options[K]>;
};

/** Every other name of a key. */
export const ALIASES: ReadonlyMap<string, Key> = new Map(
  (Object.keys(OPTIONS) as Key[]).flatMap((key) => {
    const { alias }: Option = OPTIONS[key];
    return alias === undefined ? [] : [[alias, key] as const];
  }),
);

export const KEYS = Object.keys(OPTIONS) as readonly Key[];

/** The entry of a key, without its literal type. */
export function optionOf(key: Key): Option {
  return OPTIONS[key];
}

/** The keys of a command's options, in the order of the table. */
export function keysOf(command: CommandName): readonly Key[] {
  return KEYS.filter((key) => optionOf(key).commands.includes(command));
}

/** Whether --help leaves the option out, and only --help-all shows it. */
export function isRare(key: Key, command: CommandName): boolean {
  const { rare } = optionOf(key);
  return (rare === true || rare?.includes(command) === true) && PROCESSES.some((name) => name === command);
}

/** The text of the option in the help of a command. */
export function aboutOf(key: Key, command: CommandName): string {
  const { about, aboutFor } = optionOf(key);
  return aboutFor?.[command] ?? about;
}

/** The flag of a key or an alias: `--price-port` for `pricePort`. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The flag of a key or an alias at a command. */
export function flagAt(command: CommandName, key: string): string {
  const own = KEYS.find((one) => one === key);
  return (own && optionOf(own).flagFor?.[command]) ?? flagOf(key);
}

/** The default for the help; a path inside the project is relative to its root. */
export function defaultText(key: Key): string | undefined {
  const value = optionOf(key).default;
  if (typeof value !== 'string') return undefined;
  return value.startsWith(PROJECT_ROOT) ? relative(PROJECT_ROOT, value) : value;
}
