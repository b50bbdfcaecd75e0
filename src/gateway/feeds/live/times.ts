// The times of a live feed. Tests shorten them.

export interface LiveTimes {
  /** How long a connection may take until the WebSocket is open. */
  readonly handshakeMs: number;
  /** How long the exchange may take to confirm the last subscription. */
  readonly confirmMs: number;
  /** Between two pings of ours. */
  readonly pingMs: number;
  /** A connection without a pong for this long is dead. */
  readonly pongMs: number;
  /** A connection without a trade for this long is stale, whatever heartbeats it sends. */
  readonly silenceMs: number;
  /** How long two connections run side by side before the newer one takes over. */
  readonly overlapMs: number;
  /** Pause before the second attempt; it doubles up to the maximum. Each is shortened by up to half, at random. */
  readonly pauseMinMs: number;
  readonly pauseMaxMs: number;
  /** Pause after "too many requests" and "not available here", unless the exchange names one. */
  readonly refusedPauseMs: number;
  /** A connection that lived this long had no fault of its own: the pause starts at its minimum again. */
  readonly steadyMs: number;
  /** How long before the exchange closes a connection the next one is opened. */
  readonly renewBeforeMs: number;
  /** Between two looks at the state. */
  readonly checkMs: number;
}

export const LIVE_TIMES: LiveTimes = {
  handshakeMs: 10_000,
  confirmMs: 10_000,
  pingMs: 10_000,
  pongMs: 25_000,
  silenceMs: 60_000,
  overlapMs: 3_000,
  pauseMinMs: 1_000,
  pauseMaxMs: 32_000,
  refusedPauseMs: 120_000,
  steadyMs: 60_000,
  renewBeforeMs: 10 * 60_000,
  checkMs: 500,
};
