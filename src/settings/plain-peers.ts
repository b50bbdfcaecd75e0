// Peers that speak the assignment's protocol alone.

import { IS_PART_OF_RUN } from '../platform/run-id.ts';

/**
 * How long a peer may ignore RESUME until it counts as a plain one, in ms. Undefined in a run: its peers are
 * ours, and one that does not answer is stalled.
 */
export const PLAIN_AFTER_MS = IS_PART_OF_RUN ? undefined : 1_000;

/**
 * How long an OrderManager may leave a logon unanswered until --plain-orders counts it as a plain one, in ms. Never
 * without that option: behind a line that loses data, ours does not answer either, and orders would be lost.
 */
export const PLAIN_LOGON_AFTER_MS = 2_000;
