// How far the run of the Gateway has sent, in memory that outlives it. The price book has the same in its counters, but it
// can be removed while this process is dead.

import assert from 'node:assert/strict';
import { inheritedMemory } from '../platform/held-memory.ts';

const RUN_ID = 0;
const SENT = 1;

/** How far a run has sent. */
export interface Sent {
  readonly runId: number;
  /** Number of the last tick that it counted as sent; 0: none. The last few may never have left. */
  readonly sent: number;
}

export class SentPosition {
  /** Whether it outlives this process. */
  readonly isHeld: boolean;
  readonly #values: Float64Array;

  /** In the memory that the orchestrator holds, or in private memory. @throws SystemCallError */
  static inherited(): SentPosition {
    return new SentPosition(inheritedMemory());
  }

  /** @param memory zeros before the first run; undefined: private memory */
  constructor(memory: ArrayBuffer | undefined) {
    this.isHeld = memory !== undefined;
    this.#values = new Float64Array(memory ?? new ArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT));
  }

  /** What an earlier process left; undefined if none has begun a run. */
  get left(): Sent | undefined {
    const [runId = 0, sent = 0] = this.#values;
    return runId === 0 ? undefined : { runId, sent };
  }

  /** Begins a run, or continues one. */
  begin({ runId, sent }: Sent): void {
    assert.ok(this.#values[RUN_ID] === 0 || this.#values[RUN_ID] === runId, 'one memory has one run');
    this.#values[SENT] = sent; // before the run: it must not have less than was sent
    this.#values[RUN_ID] = runId;
  }

  /** The ticks up to this one are about to be sent. Ticks that are sent again change nothing. Returns the last one. */
  advance(sequence: number): number {
    const last = Math.max(this.#values[SENT] ?? 0, sequence);
    this.#values[SENT] = last;
    return last;
  }
}
