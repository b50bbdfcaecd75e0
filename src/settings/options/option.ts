// The entries of the option tables, and what several tables share.

import { integer, type Kind } from '../option-types.ts';

/** The commands that take options from the table. */
export type CommandName =
  | 'run'
  | 'gateway'
  | 'orderbook'
  | 'strategy'
  | 'order-manager'
  | 'dashboard'
  | 'book'
  | 'orders'
  | 'halt'
  | 'resume'
  | 'stat'
  | 'stacks'
  | 'clean'
  | 'data'
  | 'backtest'
  | 'feed test'
  | 'feed check';

export interface Option {
  readonly kind: Kind<unknown>;
  /** The value in the help; a switch has none. */
  readonly placeholder?: string;
  /** Without it, an option that is not given is undefined. */
  readonly default?: string | boolean;
  readonly about: string;
  /** Instead of `about`, where the option means less to a command. */
  readonly aboutFor?: Readonly<Partial<Record<CommandName, string>>>;
  readonly commands: readonly CommandName[];
  /** Another key and flag for it, which no help lists. */
  readonly alias?: string;
  /** Its flag at these commands, where another word is usual. */
  readonly flagFor?: Readonly<Partial<Record<CommandName, string>>>;
  /** May be given several times on the command line; the texts are joined by commas. */
  readonly repeatable?: true;
  /** Several values may follow the flag, as if it was given for each. */
  readonly variadic?: true;
  /** Not in the --help of a process (true), or of these processes, but in their --help-all. */
  readonly rare?: true | readonly CommandName[];
}

/** `run`, and the processes that it starts. */
export const PROCESSES = ['run', 'gateway', 'orderbook', 'strategy', 'order-manager', 'dashboard'] as const;

export const PORT = integer('a port', { min: 0, max: 65_535 });
export const SYMBOL_COUNT = { min: 1, max: 1_000_000 };
