// Measures the longest event-loop iteration of this process: while one lasts, no socket is served.

import { monitorEventLoopDelay } from 'node:perf_hooks';

/** One second, at four samples per second. */
const SAMPLES_KEPT = 4;

/** Measures every iteration without a timer: 0.1 µs per iteration, and nothing while the process is idle. */
export class EventLoopMonitor {
  readonly #iterations = monitorEventLoopDelay({ samplePerIteration: true });
  readonly #longest = new Float64Array(SAMPLES_KEPT);
  #samples = 0;

  constructor() {
    this.#iterations.enable();
  }

  /** The longest iteration within the last four samples, in ns: that is one second, if you sample at every heartbeat. */
  sample(): number {
    this.#longest[this.#samples++ % SAMPLES_KEPT] = this.#iterations.count === 0 ? 0 : this.#iterations.max;
    this.#iterations.reset();
    return Math.max(...this.#longest);
  }
}
