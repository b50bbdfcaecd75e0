// Signals, and two rules of the crossover: the news signal, and agreement of price and news.

/** Numbers, so that the signal of a tick costs nothing. */
export const Signal = {
  /** Expects a rise. */
  BUY: 1,
  /** Expects a fall. */
  SELL: -1,
  /** Expects neither. */
  NEUTRAL: 0,
} as const;
export type Signal = (typeof Signal)[keyof typeof Signal];

/**
 * The signal of the news: `BUY` strictly above `bullish`, `SELL` strictly below `bearish`, else `NEUTRAL`.
 * All three are sentiments, 0 to 100. A `sentiment` of NaN (no live news) is `NEUTRAL`.
 */
export function newsSignal(sentiment: number, bullish: number, bearish: number): Signal {
  if (sentiment > bullish) return Signal.BUY;
  return sentiment < bearish ? Signal.SELL : Signal.NEUTRAL;
}

/** The common signal of price and news, or `NEUTRAL` if they differ. */
export function agree(price: Signal, news: Signal): Signal {
  return price === news ? price : Signal.NEUTRAL;
}
