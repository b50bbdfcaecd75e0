// The OrderManager's eye on the kill switch.

import type { Halts } from '../domain/risk/halts.ts';
import type { KillSwitch } from '../order-store/kill-switch.ts';
import { messageOf } from '../platform/errors.ts';

export interface KillSwitchHandler {
  /** These halts are to hold from now on. */
  onHalts(halts: Halts): void;
  /** They hold, but whoever moved the switch cannot be told so. Said once a reason. */
  onNotConfirmed(reason: string): void;
}

const LOOK_MS = 100;

export class KillSwitchWatch {
  readonly #switch: KillSwitch;
  readonly #handler: KillSwitchHandler;
  /** What was handed on last, and whether it was confirmed. */
  #last = '';
  #isConfirmed = true;
  #lastReason = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(killSwitch: KillSwitch, handler: KillSwitchHandler) {
    this.#switch = killSwitch;
    this.#handler = handler;
  }

  /** Looks at once, and then ten times a second, until stop(). */
  start(): void {
    this.#look();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A switch that has gone away says nothing: what it said last goes on. */
  #look(): void {
    const halts = this.#switch.read();
    if (halts === undefined) return;
    const now = [halts.all, ...[...halts.strategies].sort()].join(' ');
    if (now !== this.#last) {
      this.#last = now;
      this.#handler.onHalts(halts);
      this.#isConfirmed = false;
    }
    if (!this.#isConfirmed) this.#confirm(halts);
  }

  #confirm(halts: Halts): void {
    try {
      this.#switch.confirm(halts);
      this.#isConfirmed = true;
    } catch (error) {
      const reason = messageOf(error);
      if (reason !== this.#lastReason) this.#handler.onNotConfirmed(reason);
      this.#lastReason = reason;
    }
  }
}
