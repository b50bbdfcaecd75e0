// What the decoder of a price stream reports.

import type { TickRun } from '@tickline/price-book';
import type { ClockOwner } from './tick-clock.ts';

/** No tick frame is shorter: `A,1*`. */
export const TICK_BYTES_MIN = 4;

/** What was wrong with a frame. */
export type Rejection = 'frame' | 'price' | 'symbol';

/** Each run is reused after the call. */
export interface PriceStreamHandler {
  /** Numbered ticks. */
  onTicks(run: TickRun): void;
  /** Latest prices, which are not numbered ticks. */
  onSnapshot(run: TickRun): void;
  /**
   * RESUME is answered.
   * @param next number of the next tick
   * @param missed ticks of the same run that are lost; undefined when the Gateway was restarted
   */
  onResumed(runId: number, next: number, missed: number | undefined): void;
  /** Whose clock the times of this connection's batches are of. Called once per connection, before its first tick. */
  onClock?(owner: ClockOwner): void;
  /** Ticks of the run are missing. The position is behind them already. */
  onGap(missed: number): void;
  /** A tick arrived again, and is dropped. */
  onRepeated(): void;
  onEnd(): void;
  onRejected(kind: Rejection, text: string): void;
  /** A tick of a symbol that was rejected before is dropped. */
  onLeftOut(): void;
  /** Returns a unique index for a new symbol, or -1 to reject it. */
  symbolIndex(symbol: string): number;
}
