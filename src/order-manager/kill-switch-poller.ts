// Polls the kill switch, hands on each change, and confirms it, for which the `halt` command waits.

import type { Halts } from '../domain/risk/halts.ts';
import type { KillSwitch } from '../order-store/kill-switch.ts';
import { messageOf } from '../platform/errors.ts';

export interface KillSwitchHandler {
  /** Must apply the halts before it returns: they are confirmed next. */
  onHalts(halts: Halts): void;
  /** The halts apply, but the confirmation cannot be written. Called once per reason. */
  onUnconfirmed(reason: string): void;
}

const POLL_MS = 100;

export class KillSwitchPoller {
  readonly #killSwitch: KillSwitch;
  readonly #handler: KillSwitchHandler;
  /** The halts that the handler has, as one text. */
  #applied = '';
  #isConfirmed = true;
  #lastReason = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(killSwitch: KillSwitch, handler: KillSwitchHandler) {
    this.#killSwitch = killSwitch;
    this.#handler = handler;
  }

  /** Polls immediately, and then ten times per second until stop(). */
  start(): void {
    this.#poll();
    this.#timer = setInterval(() => this.#poll(), POLL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A kill switch whose folder was removed lifts no halt: only `resume` does. */
  #poll(): void {
    const halts = this.#killSwitch.read();
    if (halts === undefined) return;
    const text = [halts.all, ...[...halts.strategies].sort()].join(' ');
    if (text !== this.#applied) {
      this.#applied = text;
      this.#handler.onHalts(halts);
      this.#isConfirmed = false;
    }
    if (!this.#isConfirmed || this.#killSwitch.awaitsConfirmation) this.#confirm(halts);
  }

  #confirm(halts: Halts): void {
    try {
      this.#killSwitch.confirm(halts);
      this.#isConfirmed = true;
    } catch (error) {
      const reason = messageOf(error);
      if (reason !== this.#lastReason) this.#handler.onUnconfirmed(reason);
      this.#lastReason = reason;
    }
  }
}
