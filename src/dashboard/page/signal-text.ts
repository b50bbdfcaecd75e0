// A signal as a word with an arrow, so that it does not depend on colour.

import { NOTHING } from './format.ts';

/** @param signal 1 BUY, -1 SELL, 0 NEUTRAL, null: unknown */
export function signalText(signal: number | null): string {
  if (signal === null) return NOTHING;
  if (signal === 0) return 'neutral';
  return signal > 0 ? '▲ BUY' : '▼ SELL';
}

/** @param sentiment 0 to 100; null: no live news */
export function sentimentText(sentiment: number | null): string {
  return sentiment === null ? 'no news' : String(sentiment);
}

/** The signals of several strategies: that of one in words, else how many buy and sell. */
export function signalsText(signals: readonly (number | null)[]): string {
  const known = signals.filter((signal) => signal !== null);
  const [first = null] = known;
  if (known.every((signal) => signal === first)) return signalText(first);
  const counts = [
    ['▲', known.filter((signal) => signal > 0).length],
    ['▼', known.filter((signal) => signal < 0).length],
  ] as const;
  return counts
    .filter(([, count]) => count > 0)
    .map(([arrow, count]) => `${arrow} ${count}`)
    .join(' ');
}

/** How much they are for buying; null without a signal. */
export function sumOfSignals(signals: readonly (number | null)[]): number | null {
  const known = signals.filter((signal) => signal !== null);
  return known.length === 0 ? null : known.reduce((sum, signal) => sum + signal, 0);
}
