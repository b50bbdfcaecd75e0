// Limits how many connections a server has: in total, per address, and pending (not identified yet).
//
// When there is no room for another connection, one that counts less gives way: strangers first, then those of
// this user that have not identified themselves. Of the same standing, one of the address that has the most
// gives way, and of these the one that has been idle for longest. A flood of connections so evicts itself, and
// not the client that is about to log on; and another user's connections evict none of this user's.

/** A connection. It is pending until confirm(). */
export interface PendingConnection {
  readonly address: string;
  /** Whether the process at the other end is of this user, on this machine. */
  readonly isOwn: boolean;
  /** performance.now() when it last sent or accepted something. */
  readonly activeAt: number;
}

export interface ConnectionLimits {
  readonly total: number;
  readonly perAddress: number;
  readonly pending: number;
}

/** What a connection has shown. */
interface Shown {
  confirmed: boolean;
  proved: boolean;
}

/** Ranks of connections. A pending one of another user counts least. */
const CONFIRMED = 1;
const TRUSTED = 2;

export class ConnectionLimiter<C extends PendingConnection> {
  readonly #limits: ConnectionLimits;
  /** The oldest first. */
  readonly #all = new Map<C, Shown>();
  readonly #countByAddress = new Map<string, number>();
  #pendingCount = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /**
   * Counts a new, pending connection.
   * @returns the connection to close because of it, if any: another one that it evicts, or the new one itself,
   *   which then is not counted
   */
  admit(connection: C): C | undefined {
    const { address } = connection;
    const evicted = this.#evict(connection);
    if (evicted === connection) return connection;
    this.#all.set(connection, { confirmed: false, proved: false });
    this.#countByAddress.set(address, (this.#countByAddress.get(address) ?? 0) + 1);
    this.#pendingCount++;
    return evicted;
  }

  /**
   * The connection has identified itself, and is not pending any more.
   * @param proved whether it has proved its name: it is then trusted like one of this user
   */
  confirm(connection: C, proved = false): void {
    const shown = this.#all.get(connection);
    if (!shown) return;
    if (!shown.confirmed) this.#pendingCount--;
    shown.confirmed = true;
    shown.proved ||= proved;
  }

  /** The connection has closed. */
  remove(connection: C): void {
    const shown = this.#all.get(connection);
    if (!shown) return;
    this.#all.delete(connection);
    if (!shown.confirmed) this.#pendingCount--;
    const left = (this.#countByAddress.get(connection.address) ?? 0) - 1;
    if (left > 0) this.#countByAddress.set(connection.address, left);
    else this.#countByAddress.delete(connection.address);
  }

  /** Every connection, pending or not. */
  all(): Iterable<C> {
    return this.#all.keys();
  }

  *pending(): Generator<C> {
    for (const [connection, { confirmed }] of this.#all) if (!confirmed) yield connection;
  }

  /** Makes room for `connection`. Returns the one that was removed, or `connection` when none can be. */
  #evict(connection: C): C | undefined {
    const { total, perAddress, pending } = this.#limits;
    const { address } = connection;
    let victim: C | undefined;
    if ((this.#countByAddress.get(address) ?? 0) >= perAddress)
      victim = this.#leastOf(connection, (other) => other.address === address) ?? connection;
    else if (this.#all.size >= total) victim = this.#leastOf(connection, () => true) ?? connection;
    else if (this.#pendingCount >= pending)
      victim = this.#leastOf(connection, (_, { confirmed }) => !confirmed) ?? connection;
    if (victim) this.remove(victim);
    return victim;
  }

  /** The connection that gives way to `connection`: never one that is trusted and confirmed, or counts more. */
  #leastOf(connection: C, mayGive: (other: C, shown: Shown) => boolean): C | undefined {
    let least = connection.isOwn ? TRUSTED : 0;
    const byAddress = new Map<string, { count: number; idlest: C }>();
    for (const [other, shown] of this.#all) {
      const rank = rankOf(other, shown);
      if (rank > least || !mayGive(other, shown)) continue;
      if (rank < least) byAddress.clear();
      least = rank;
      const group = byAddress.get(other.address);
      if (group === undefined) byAddress.set(other.address, { count: 1, idlest: other });
      else {
        group.count++;
        if (other.activeAt < group.idlest.activeAt) group.idlest = other;
      }
    }
    const most = [...byAddress.values()].reduce<{ count: number; idlest: C } | undefined>(
      (one, other) =>
        one === undefined ||
        other.count > one.count ||
        (other.count === one.count && other.idlest.activeAt < one.idlest.activeAt)
          ? other
          : one,
      undefined,
    );
    return most?.idlest;
  }
}

function rankOf({ isOwn }: PendingConnection, { confirmed, proved }: Shown): number {
  return (isOwn || proved ? TRUSTED : 0) + (confirmed ? CONFIRMED : 0);
}
