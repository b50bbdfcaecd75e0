// What a feed that numbers its ticks knows about its losses.

export interface FeedLosses {
  /** Connections to the source. */
  readonly connections: number;
  /** Times that ticks were missing in the data of the source. */
  readonly gaps: number;
  /** Ticks missing in those gaps, if their number is known. */
  readonly missed: number;
  /** Ticks that came twice or after a later one, and were dropped. */
  readonly repeated: number;
  /** Ticks that came too late to trade on, and were dropped. */
  readonly late: number;
}
