// Whether an object is a strategy.

import type { TradingStrategy } from './strategy.ts';
import { describe, isPromise, NoStrategyError } from './strategy-errors.ts';

const OPTIONAL_HOOKS = ['start', 'onNews', 'onReport', 'publish'] as const;

/** Returns what a strategy file's function made, if it is a strategy. @throws NoStrategyError */
export function checkStrategy(made: unknown): TradingStrategy {
  if (isPromise(made))
    throw new NoStrategyError(
      'returned a promise; expected a strategy: remove the async of its default export',
    );
  if (typeof made !== 'object' || made === null)
    throw new NoStrategyError(
      `returned ${describe(made)}; expected an object with onTick: return { onTick(symbol, price, sentiment) { ... } }`,
    );
  const hooks: Readonly<Record<string, unknown>> = { ...prototypeHooks(made), ...made };
  if (typeof hooks.onTick !== 'function') throw new NoStrategyError(noOnTick(made, hooks));
  for (const hook of OPTIONAL_HOOKS) {
    const value = hooks[hook];
    if (value !== undefined && typeof value !== 'function')
      throw new NoStrategyError(`its ${hook} is ${describe(value)}; expected a function`);
  }
  return made as TradingStrategy; // its hooks were checked
}

/** The hooks of an instance of a class. */
function prototypeHooks(made: object): Record<string, unknown> {
  const names = ['onTick', ...OPTIONAL_HOOKS];
  return Object.fromEntries(names.map((name) => [name, Reflect.get(made, name)]));
}

function noOnTick(made: object, hooks: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(made);
  const found = names.length === 0 ? 'nothing' : names.join(', ');
  const meant = names.find((name) => name.toLowerCase().replace(/[^a-z]/g, '') === 'ontick');
  const advice = meant === undefined ? '' : `; rename ${meant} to onTick`;
  const is = hooks.onTick === undefined ? '' : ` (its onTick is ${describe(hooks.onTick)})`;
  return `returned an object without the function onTick${is}; it has ${found}${advice}`;
}
