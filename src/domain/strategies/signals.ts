// What a strategy thinks of a symbol, and the two rules of the crossover: news, and agreement.

/** Buy, sell, or leave alone. As numbers, so that a tick's signal costs nothing. */
export const Signal = { BUY: 1, SELL: -1, NEUTRAL: 0 } as const;
export type Signal = (typeof Signal)[keyof typeof Signal];

/**
 * What the news says: `BUY` strictly above `bullish`, `SELL` strictly below `bearish`, else `NEUTRAL`.
 * All three are sentiments, 0 to 100. A `sentiment` of NaN (there is no live news) is `NEUTRAL`.
 */
export function newsSignal(sentiment: number, bullish: number, bearish: number): Signal {
  if (sentiment > bullish) return Signal.BUY;
  return sentiment < bearish ? Signal.SELL : Signal.NEUTRAL;
}

/** The signal that price and news share, or `NEUTRAL` when they differ. */
export function agree(price: Signal, news: Signal): Signal {
  return price === news ? price : Signal.NEUTRAL;
}
