// The faults of a connection on a faulty line, and a seeded choice among them.

import type { SeededRandom } from '../../src/gateway/feeds/random.ts';

/** The two directions of a line. */
export type Way = 'toClient' | 'toServer';

export const FAULTS = {
  /** Nothing passes for a while, then everything that arrived meanwhile. */
  delay: 'delay',
  /** One byte per packet for a while. */
  trickle: 'trickle',
  /** Both ends see the other close. */
  cut: 'cut',
  /** Both ends get ECONNRESET. */
  reset: 'reset',
  /** One direction closes, the other continues. */
  halfClose: 'half-close',
  /** One direction is discarded from now on; both ends still seem connected. */
  mute: 'mute',
  /** Nothing is read or passed on in either direction; both ends still seem connected. */
  hang: 'hang',
  /** The last frames are repeated, from the start of a unit of frames. */
  repeat: 'repeat',
  /** The client is reset, and its last bytes reach the server after the client's next connection has sent something. */
  late: 'late',
  /**
   * To the client: everything that an earlier connection received is repeated, instead of a connection. To the server:
   * everything that an earlier connection sent is repeated, on a second connection. Without an earlier one: a reset.
   */
  stale: 'stale',
} as const;

export type FaultKind = (typeof FAULTS)[keyof typeof FAULTS];

export interface Fault {
  readonly kind: FaultKind;
  readonly way: Way;
  /** Bytes that pass in its direction before it. */
  readonly after: number;
}

const GREETING_BYTES = 64;

/** Faults that may happen, with their directions. */
export type FaultChoice = readonly (readonly [FaultKind, Way])[];

/** Faults that any protocol over TCP must tolerate. */
export const OF_ANY_NETWORK: FaultChoice = [
  ['delay', 'toClient'],
  ['delay', 'toServer'],
  ['trickle', 'toClient'],
  ['trickle', 'toServer'],
  ['cut', 'toClient'],
  ['cut', 'toServer'],
  ['reset', 'toClient'],
  ['reset', 'toServer'],
  ['half-close', 'toClient'],
  ['half-close', 'toServer'],
  ['mute', 'toClient'],
  ['mute', 'toServer'],
  ['hang', 'toClient'],
  ['hang', 'toServer'],
  ['late', 'toServer'],
];

/**
 * A fault per connection, drawn from `choice`: after up to `bytesMax` bytes in its direction, and half of the time within
 * the first 64, which contain the greetings.
 */
export function drawnFaults(
  random: SeededRandom,
  choice: FaultChoice,
  bytesMax: Readonly<Record<Way, number>>,
): () => Fault {
  return () => {
    const [kind, way] = choice[random.below(choice.length)];
    const most = random.below(2) === 0 ? Math.min(GREETING_BYTES, bytesMax[way]) : bytesMax[way];
    return { kind, way, after: random.below(most) };
  };
}
