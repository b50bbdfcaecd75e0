// The time that messages carry: a wall clock that never steps.

import { nowNs } from '@tickline/posix';

const NS_PER_MS = 1e6;
const START_NS = nowNs();
const START_WALL_NS = (performance.timeOrigin + performance.now()) * NS_PER_MS;

/** Ns since 1970: the wall clock when this process started, moved on by CLOCK_MONOTONIC. */
export function steadyWallNs(): number {
  return START_WALL_NS + (nowNs() - START_NS);
}
