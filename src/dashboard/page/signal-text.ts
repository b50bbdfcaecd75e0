// A signal in words, with an arrow: not by colour alone.

import { NOTHING } from './format.ts';

/** 1 BUY, -1 SELL, 0 NEUTRAL, null: not known. */
export function signalText(signal: number | null): string {
  if (signal === null) return NOTHING;
  if (signal === 0) return 'neutral';
  return signal > 0 ? '▲ BUY' : '▼ SELL';
}
