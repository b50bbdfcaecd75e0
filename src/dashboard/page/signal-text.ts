// A signal as a word with an arrow, so that it does not depend on colour.

import { NOTHING } from './format.ts';

/** @param signal 1 BUY, -1 SELL, 0 NEUTRAL, null: unknown */
export function signalText(signal: number | null): string {
  if (signal === null) return NOTHING;
  if (signal === 0) return 'neutral';
  return signal > 0 ? '▲ BUY' : '▼ SELL';
}
