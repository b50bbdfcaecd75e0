// What can happen to a connection on a faulty line, and a seeded choice of it.

import type { SeededRandom } from '../../src/gateway/feeds/random.ts';

/** The two ways of a line. */
export type Way = 'toClient' | 'toServer';

export const FAULTS = {
  /** Nothing comes for a while, then all that came meanwhile at once. */
  delay: 'delay',
  /** One byte a packet for a while. */
  trickle: 'trickle',
  /** Both ends are told that the other has ended. */
  cut: 'cut',
  /** Both ends get ECONNRESET. */
  reset: 'reset',
  /** One way is over, the other goes on. */
  halfClose: 'half-close',
  /** One way is swallowed from here on, and both ends think that they are connected. */
  mute: 'mute',
  /** Nothing is read or passed on in either way, and both ends think that they are connected. */
  hang: 'hang',
  /** The last frames come twice, from the start of a unit of frames on. */
  repeat: 'repeat',
  /** The client is reset, and its last bytes reach the server after its next connection has spoken. */
  late: 'late',
  /**
   * To the client: all that an earlier connection got comes again, instead of a connection. To the server: all that an
   * earlier connection said comes again, on a connection of its own beside the true one. With none before: a reset.
   */
  stale: 'stale',
} as const;

export type FaultKind = (typeof FAULTS)[keyof typeof FAULTS];

export interface Fault {
  readonly kind: FaultKind;
  readonly way: Way;
  /** Bytes of the way that come through before it. */
  readonly after: number;
}

const GREETING_BYTES = 64;

/** Faults that the ways of a line may have. */
export type FaultChoice = readonly (readonly [FaultKind, Way])[];

/** What any protocol over TCP has to bear. */
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
 * A fault for each connection, drawn from `choice`: after up to `bytesMax` bytes of its way, half of the time within the
 * first 64, where the greetings are.
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
