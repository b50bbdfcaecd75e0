// From CLOCK_MONOTONIC, which the processes count by, to the time of day, which people read.

import { nowNs } from '@tickline/posix';

const NS_PER_MS = 1e6;
/** Smaller differences are those of reading two clocks one after the other. */
const SET_MS = 5;

/** Unix time in ms, to the microsecond, of a moment of CLOCK_MONOTONIC; 0 stays 0: there was none. */
export class WallTime {
  #offsetMs = 0;

  constructor() {
    this.adjust();
  }

  /** Looks at both clocks again: the time of day may have been set. */
  adjust(): void {
    const offsetMs = Date.now() - nowNs() / NS_PER_MS;
    if (Math.abs(offsetMs - this.#offsetMs) > SET_MS) this.#offsetMs = offsetMs;
  }

  of(monotonicNs: number): number {
    return monotonicNs === 0 ? 0 : Math.round((monotonicNs / NS_PER_MS + this.#offsetMs) * 1e3) / 1e3;
  }
}
