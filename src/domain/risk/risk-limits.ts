// The risk limits of an order and of the strategy that sends it.

/** `collarPercent` and `ordersPerSecondMax` may be Infinity: no limit. */
export interface RiskLimits {
  /** Shares per order. */
  readonly quantityMax: number;
  /** USD per order: quantity * price. */
  readonly notionalMax: number;
  /** Shares that a strategy may hold of a symbol, long or short. */
  readonly positionMax: number;
  /** Symbols that a strategy may have traded. Each costs memory wherever positions are kept. */
  readonly symbolsMax: number;
  /** Distance of an order's price from the latest price of its symbol, in percent of the latter. */
  readonly collarPercent: number;
  /** New orders per second per strategy, and the burst size. */
  readonly ordersPerSecondMax: number;
  /** The symbols that may be traded; all when undefined. */
  readonly allowedSymbols: ReadonlySet<string> | undefined;
}

/** USD: no order above it is filled, whatever the limits are. Sums of such amounts are far from overflow. */
export const NOTIONAL_MAX = 1e15;

/** They stop a typing error or a runaway program, and never an ordinary run. */
export const DEFAULT_RISK_LIMITS: RiskLimits = {
  quantityMax: 1_000_000,
  notionalMax: 1e9,
  positionMax: 10_000_000,
  symbolsMax: 10_000,
  collarPercent: Number.POSITIVE_INFINITY,
  ordersPerSecondMax: 10_000,
  allowedSymbols: undefined,
};
