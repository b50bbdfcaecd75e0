export * from '../trading/symbol.ts';
