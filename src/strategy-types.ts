// What `import ... from 'tickline/strategy'` gives: all that a strategy file needs.

export type { ExecutionReport } from './domain/orders.ts';
export { Signal } from './domain/strategies/signals.ts';
export type {
  CreateStrategy,
  StrategySettings,
  SymbolNames,
  TradingStrategy,
} from './domain/strategies/strategy.ts';
