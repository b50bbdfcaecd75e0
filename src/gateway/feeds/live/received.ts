// A message as it came, with the time of its arrival.

import type { Timestamp } from '../timestamp.ts';
import type { MessagePart } from './exchange.ts';

export interface Received {
  readonly at: Timestamp;
  readonly text: string;
  readonly parts: readonly MessagePart[];
}

/** The time now. It never goes back, because it is set once and then advances with the monotonic clock. */
export function wallTime(): Timestamp {
  const nowMs = performance.timeOrigin + performance.now();
  const epochMs = Math.floor(nowMs);
  return { epochMs, ns: Math.floor((nowMs - epochMs) * 1e6) };
}
