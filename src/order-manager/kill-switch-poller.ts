// Polls the kill switch, hands on each change, and confirms it, for which the `halt` command waits.

import { type Halts, NO_HALTS } from '../domain/risk/halts.ts';
import type { KillSwitch } from '../order-store/kill-switch.ts';
import { messageOf } from '../platform/errors.ts';

export interface KillSwitchHandler {
  /** Must apply the halts before it returns: they are confirmed next. */
  onHalts(halts: Halts): void;
  /** Halts are applied, but the kill switch cannot be prepared, or confirmed. Called once per reason. */
  onUnconfirmed(reason: string): void;
}

const POLL_MS = 100;

export class KillSwitchPoller {
  readonly #killSwitch: KillSwitch;
  readonly #handler: KillSwitchHandler;
  /** The halts that the handler has, as one text. */
  #applied = textOf(NO_HALTS);
  #isConfirmed = true;
  #lastReason = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(killSwitch: KillSwitch, handler: KillSwitchHandler) {
    this.#killSwitch = killSwitch;
    this.#handler = handler;
  }

  /** Prepares the kill switch and polls it immediately, and then ten times per second until stop(). */
  start(): void {
    this.#attempt(() => this.#killSwitch.prepare());
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
    const text = textOf(halts);
    if (text !== this.#applied) {
      this.#applied = text;
      this.#handler.onHalts(halts);
      this.#isConfirmed = false;
    }
    if (!this.#isConfirmed || this.#killSwitch.awaitsConfirmation) this.#confirm(halts);
  }

  #confirm(halts: Halts): void {
    this.#attempt(() => {
      this.#killSwitch.confirm(halts);
      this.#isConfirmed = true;
    });
  }

  #attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      const reason = messageOf(error);
      if (reason !== this.#lastReason) this.#handler.onUnconfirmed(reason);
      this.#lastReason = reason;
    }
  }
}

function textOf({ all, strategies }: Halts): string {
  return [all, ...[...strategies].sort()].join(' ');
}
