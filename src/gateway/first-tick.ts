// Where a run of the Gateway starts: at tick 1, or where a run that was killed left off.

import assert from 'node:assert/strict';
import type { PreviousRun } from './previous-run.ts';

export interface FirstTick {
  /** The run that its clients resume: that of the killed Gateway, or a new one. */
  readonly runId: number;
  /** Number of the first tick. */
  readonly sequence: number;
  /** Ticks that the killed Gateway has counted and that are sent and counted again. */
  readonly resent: number;
  /** Whether no price book knows how far the ticks of the killed Gateway came: those on their way are lost. */
  readonly isPositionLost: boolean;
}

/**
 * @param canRepeat whether the feed can send the same ticks again from any tick on
 *
 * A feed that can repeat continues with the first tick that the price book does not have, so none is lost.
 * Without a position in the price book, and for any other feed, it continues after the last tick that was sent:
 * no tick is traded on twice, and the ticks between are a gap, which is counted.
 */
export function firstTick(canRepeat: boolean, previous: PreviousRun | undefined): FirstTick {
  if (!previous) return { runId: newRunId(), sequence: 1, resent: 0, isPositionLost: false };
  const { runId, next, sent } = previous;
  assert.ok(next === undefined || sent >= next - 1, 'the price book has no tick that was not sent');
  const sequence = canRepeat && next !== undefined ? next : sent + 1;
  return { runId, sequence, resent: sent + 1 - sequence, isPositionLost: next === undefined && sent > 0 };
}

/** A number that no other run has: the time in microseconds. */
function newRunId(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000);
}
