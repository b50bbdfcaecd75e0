// Who is connected to a port, and for whom there is room: in all, from one address, and for newcomers, who have not
// said yet who they are. Where there is no room for another newcomer, the oldest one of the address that has the most of
// them gives way: so a flood pushes itself out, and not the one who is about to log on.

/** A connection. */
export interface PendingConnection {
  readonly address: string;
}

export interface GuestLimits {
  readonly guests: number;
  readonly guestsOfAnAddress: number;
  readonly newcomers: number;
}

export class ConnectionLimiter<G extends PendingConnection> {
  readonly #limits: GuestLimits;
  readonly #all = new Set<G>();
  readonly #ofAddress = new Map<string, number>();
  /** By address, each the oldest first. */
  readonly #newcomers = new Map<string, Set<G>>();
  #newcomerCount = 0;

  constructor(limits: GuestLimits) {
    this.#limits = limits;
  }

  /** Takes a newcomer in. Returns who has to go for it: an older newcomer, itself where that helps nobody, or none. */
  enter(guest: G): G | undefined {
    const yieldCpu = this.#evict(guest);
    if (yieldCpu === guest) return guest;
    if (yieldCpu) this.leave(yieldCpu);
    this.#all.add(guest);
    this.#ofAddress.set(guest.address, (this.#ofAddress.get(guest.address) ?? 0) + 1);
    const newcomers = this.#newcomers.get(guest.address) ?? new Set();
    this.#newcomers.set(guest.address, newcomers.add(guest));
    this.#newcomerCount++;
    return yieldCpu;
  }

  /** It has said who it is, and does not give way any more. */
  settle(guest: G): void {
    const newcomers = this.#newcomers.get(guest.address);
    if (!newcomers?.delete(guest)) return;
    this.#newcomerCount--;
    if (newcomers.size === 0) this.#newcomers.delete(guest.address);
  }

  leave(guest: G): void {
    if (!this.#all.delete(guest)) return;
    this.settle(guest);
    const left = (this.#ofAddress.get(guest.address) ?? 0) - 1;
    if (left > 0) this.#ofAddress.set(guest.address, left);
    else this.#ofAddress.delete(guest.address);
  }

  /** Every connection. */
  all(): Iterable<G> {
    return this.#all;
  }

  /** Those who have not said who they are. */
  *newcomers(): Generator<G> {
    for (const ofAddress of this.#newcomers.values()) yield* ofAddress;
  }

  #evict(guest: G): G | undefined {
    const { guests, guestsOfAnAddress, newcomers } = this.#limits;
    if ((this.#ofAddress.get(guest.address) ?? 0) >= guestsOfAnAddress)
      return oldest(this.#newcomers.get(guest.address)) ?? guest;
    if (this.#all.size < guests && this.#newcomerCount < newcomers) return undefined;
    return oldest(this.#largest()) ?? guest;
  }

  #largest(): Set<G> | undefined {
    let largest: Set<G> | undefined;
    for (const some of this.#newcomers.values()) if (some.size > (largest?.size ?? 0)) largest = some;
    return largest;
  }
}

function oldest<G>(guests: Set<G> | undefined): G | undefined {
  return guests?.values().next().value;
}
