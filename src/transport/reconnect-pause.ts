// How long a client waits before it connects again.

const PAUSE_MS_MIN = 20;
/** While nobody accepts connections, an attempt costs no server anything. */
const REFUSED_MS_MAX = 100;
/**
 * A connection is good once it has lasted this long. One that a server accepts, answers and closes earlier is a failure:
 * it has cost the server a handshake, a snapshot or all positions, and the next would too.
 */
const GOOD_AFTER_MS = 1_000;
/** Longest pause while a server accepts connections that do not become good. */
const FAILED_MS_MAX = 2_000;

export class ReconnectPause {
  /** Attempts in a row that no server accepted. */
  #refusals = 0;
  /** Connections in a row that a server accepted and that did not become good. */
  #failures = 0;

  /** No server accepted the attempt. Returns the longest pause before the next one, in ms. */
  afterRefusal(): number {
    return Math.min(REFUSED_MS_MAX, PAUSE_MS_MIN * 2 ** this.#refusals++);
  }

  /**
   * A connection that a server accepted has closed. Returns the longest pause before the next one, in ms.
   * @param lastedMs for how long bytes could flow; 0 if its handshake failed
   */
  afterClose(lastedMs: number): number {
    this.#refusals = 0;
    if (lastedMs >= GOOD_AFTER_MS) this.#failures = 0;
    return Math.min(FAILED_MS_MAX, PAUSE_MS_MIN * 2 ** this.#failures++);
  }
}
