// Limits how many connections a server has: in total, per address, and pending (not identified yet).
//
// When there is no room for another pending connection, the oldest one of the address with the most of them
// is evicted. A flood of silent connections so evicts itself, and not the client that is about to log on.

/** A connection. It is pending until confirm(). */
export interface PendingConnection {
  readonly address: string;
}

export interface ConnectionLimits {
  readonly total: number;
  readonly perAddress: number;
  readonly pending: number;
}

export class ConnectionLimiter<C extends PendingConnection> {
  readonly #limits: ConnectionLimits;
  readonly #all = new Set<C>();
  readonly #countByAddress = new Map<string, number>();
  /** Each address's, the oldest first. */
  readonly #pendingByAddress = new Map<string, Set<C>>();
  #pendingCount = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /**
   * Counts a new, pending connection.
   * @returns the connection to close because of it, if any: an older pending one that it evicts, or the new
   *   one itself,
   *   which then is not counted
   */
  admit(connection: C): C | undefined {
    const { address } = connection;
    const evicted = this.#evict(connection);
    if (evicted === connection) return connection;
    this.#all.add(connection);
    this.#countByAddress.set(address, (this.#countByAddress.get(address) ?? 0) + 1);
    const pending = this.#pendingByAddress.get(address) ?? new Set();
    this.#pendingByAddress.set(address, pending.add(connection));
    this.#pendingCount++;
    return evicted;
  }

  /** The connection has identified itself: it is not pending and cannot be evicted any more. */
  confirm(connection: C): void {
    const pending = this.#pendingByAddress.get(connection.address);
    if (!pending?.delete(connection)) return;
    this.#pendingCount--;
    if (pending.size === 0) this.#pendingByAddress.delete(connection.address);
  }

  /** The connection has closed. */
  remove(connection: C): void {
    if (!this.#all.delete(connection)) return;
    this.confirm(connection);
    const left = (this.#countByAddress.get(connection.address) ?? 0) - 1;
    if (left > 0) this.#countByAddress.set(connection.address, left);
    else this.#countByAddress.delete(connection.address);
  }

  /** Every connection, pending or not. */
  all(): Iterable<C> {
    return this.#all;
  }

  *pending(): Generator<C> {
    for (const ofAddress of this.#pendingByAddress.values()) yield* ofAddress;
  }

  /** Makes room for `connection`. Returns the one that was removed, or `connection` when none can be. */
  #evict(connection: C): C | undefined {
    const { total, perAddress, pending } = this.#limits;
    let victim: C | undefined;
    if ((this.#countByAddress.get(connection.address) ?? 0) >= perAddress)
      victim = oldest(this.#pendingByAddress.get(connection.address)) ?? connection;
    else if (this.#all.size >= total || this.#pendingCount >= pending)
      victim = oldest(this.#mostPending()) ?? connection;
    if (victim) this.remove(victim);
    return victim;
  }

  #mostPending(): Set<C> | undefined {
    let most: Set<C> | undefined;
    for (const ofAddress of this.#pendingByAddress.values())
      if (ofAddress.size > (most?.size ?? 0)) most = ofAddress;
    return most;
  }
}

function oldest<C>(connections: Set<C> | undefined): C | undefined {
  return connections?.values().next().value;
}
