// The rule of the crossover written a second time, as simply as possible: the orders that a lossless run must
// send.

/** USD have at most 8 decimals: in these units every price is a whole number, and sums are exact. */
const UNITS_PER_USD = 1e8;

export interface NaiveTick {
  readonly symbol: string;
  readonly price: number;
}

export interface NaiveOrder extends NaiveTick {
  readonly side: string;
  readonly quantity: number;
}

export type NaiveRules = Record<'short' | 'long' | 'bullish' | 'bearish' | 'quantity', number>;

/** The orders of the crossover when the sentiment of tick i is `sentiments[i]` and every order is filled. */
export function naiveOrders(
  ticks: readonly NaiveTick[],
  sentiments: readonly number[],
  { short, long, bullish, bearish, quantity }: NaiveRules,
): NaiveOrder[] {
  const history = new Map<string, bigint[]>();
  const positions = new Map<string, number>();
  const orders: NaiveOrder[] = [];
  ticks.forEach(({ symbol, price }, index) => {
    const prices = [...(history.get(symbol) ?? []), BigInt(Math.round(price * UNITS_PER_USD))].slice(-long);
    history.set(symbol, prices);
    if (prices.length < long) return;
    const lead = sum(prices.slice(-short)) * BigInt(long) - sum(prices) * BigInt(short);
    const buys = lead > 0n && sentiments[index] > bullish;
    const sells = lead < 0n && sentiments[index] < bearish;
    if (!buys && !sells) return;
    const target = buys ? quantity : -quantity;
    const trade = target - (positions.get(symbol) ?? 0);
    if (trade === 0) return;
    positions.set(symbol, target);
    orders.push({ symbol, side: trade > 0 ? 'BUY' : 'SELL', quantity: Math.abs(trade), price });
  });
  return orders;
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
