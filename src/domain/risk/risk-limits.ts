// What an order, and the one who sends it, may be at most.

/** Infinity in `collarPercent` or `ordersPerSecondMax` means: no such limit. */
export interface RiskLimits {
  /** Shares an order. */
  readonly quantityMax: number;
  /** USD an order: quantity * price. */
  readonly notionalMax: number;
  /** Shares that a strategy may hold of a symbol, long or short. */
  readonly positionMax: number;
  /** How far, in percent, the price of an order may be from the latest price of its symbol. */
  readonly collarPercent: number;
  /** New orders a second of one strategy; so many may also come at once. */
  readonly ordersPerSecondMax: number;
  /** The symbols that may be traded; all when undefined. */
  readonly allowedSymbols: ReadonlySet<string> | undefined;
}

/** They stop a slip of the finger or a program gone wild, and never an ordinary run. */
export const DEFAULT_RISK_LIMITS: RiskLimits = {
  quantityMax: 1_000_000,
  notionalMax: 1e9,
  positionMax: 10_000_000,
  collarPercent: Number.POSITIVE_INFINITY,
  ordersPerSecondMax: 10_000,
  allowedSymbols: undefined,
};
