// What `import ... from 'tickline/strategy'` gives: all that a strategy file needs.

export type { ExecutionReport } from './domain/orders.ts';
export type { Indicators } from './domain/strategies/indicators.ts';
export type { Parameters, ValuesOf } from './domain/strategies/parameters.ts';
export { Signal } from './domain/strategies/signals.ts';
export type {
  StrategyContext,
  SymbolNames,
  Target,
  TradingStrategy,
} from './domain/strategies/strategy.ts';
