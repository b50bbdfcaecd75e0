// Converts CLOCK_MONOTONIC, which the processes use, to the time of day, which people read.

import { nowNs } from '@tickline/posix';

const NS_PER_MS = 1e6;
/** Smaller differences come from reading two clocks one after the other. */
const SET_MS = 5;

/** Unix time in ms, to the microsecond, of a time of CLOCK_MONOTONIC. 0 stands for no time and stays 0. */
export class WallTime {
  #offsetMs = 0;

  constructor() {
    this.adjust();
  }

  /** Reads both clocks again: the time of day may have been set. */
  adjust(): void {
    const offsetMs = Date.now() - nowNs() / NS_PER_MS;
    if (Math.abs(offsetMs - this.#offsetMs) > SET_MS) this.#offsetMs = offsetMs;
  }

  of(monotonicNs: number): number {
    return monotonicNs === 0 ? 0 : Math.round((monotonicNs / NS_PER_MS + this.#offsetMs) * 1e3) / 1e3;
  }
}
