// What the trading thread and the copying thread share.

import type { ProjectionPlan } from './projection.ts';

/** Places in the shared words. */
export const WORD = {
  /** Goes up when the copying thread has something to look at. */
  bell: 0,
  /** The last order that it may copy. */
  upTo: 1,
  /** The last order that SQLite has. */
  copiedTo: 2,
  /** Not 0: end. */
  stop: 3,
  count: 4,
} as const;

/** What the copying thread is given. */
export interface ProjectionWork {
  readonly plan: ProjectionPlan;
  /** How long full files of the journal are kept, in ms. */
  readonly keepMs: number;
  readonly shared: SharedArrayBuffer;
}

/** What the copying thread reports. */
export type ProjectionNews =
  | { readonly event: 'copying' }
  | { readonly event: 'not-copying' | 'not-removed'; readonly reason: string };
