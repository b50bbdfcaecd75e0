// Counts what a connection lost, by the ids of the trades: they increase by 1 per trade of a symbol.

/** Trades later than the latest one by this much, with a lower id, show that the exchange numbers anew. */
const RENUMBERED_MS = 10_000;

interface Position {
  /** The highest id that came, or that a gap was counted up to. */
  id: number;
  /** Time of that trade at the exchange, ms since 1970; 0 while only its id is known. */
  timeMs: number;
  /** A later id that the last heartbeat named; 0 without one. */
  announced: number;
}

/** The trade ids of one feed, over all its connections. */
export class TradeIds {
  /** Times that one or more trades were missing. */
  gaps = 0;
  /** Trades missing in those gaps. */
  missed = 0;
  /** Trades that came again, or after a later one, and are dropped. */
  repeated = 0;
  /** Times that an exchange began to number anew: trades may be missing then, and nobody knows how many. */
  renumbered = 0;
  readonly #positions = new Map<string, Position>();

  /** Whether the trade is later than all that came. @param timeMs when it was made, ms since 1970 */
  accept(symbol: string, id: number, timeMs: number): boolean {
    const position = this.#positions.get(symbol);
    if (position === undefined) {
      this.#positions.set(symbol, { id, timeMs, announced: 0 });
      return true;
    }
    if (id <= position.id && !this.#isRenumbered(position, timeMs)) {
      this.repeated++;
      return false;
    }
    if (id > position.id) this.#countGap(id - position.id - 1);
    position.id = id;
    position.timeMs = timeMs;
    if (position.announced <= id) position.announced = 0;
    return true;
  }

  /** All trades up to `id` were made, and those that did not come will not come: it is not sent again. */
  passed(symbol: string, id: number): void {
    const position = this.#positions.get(symbol);
    if (position === undefined) {
      this.#positions.set(symbol, { id, timeMs: 0, announced: 0 });
    } else if (id > position.id) {
      this.#countGap(id - position.id);
      position.id = id;
    }
  }

  /** A heartbeat names the latest trade. If it has not come by the next heartbeat, it counts as missing. */
  announced(symbol: string, id: number): void {
    const position = this.#positions.get(symbol);
    if (position === undefined) return;
    if (position.announced > position.id) this.passed(symbol, position.announced);
    position.announced = id > position.id ? id : 0;
  }

  #isRenumbered(position: Position, timeMs: number): boolean {
    if (position.timeMs === 0 || timeMs - position.timeMs < RENUMBERED_MS) return false;
    this.renumbered++;
    this.gaps++;
    position.announced = 0;
    return true;
  }

  #countGap(missing: number): void {
    if (missing === 0) return;
    this.gaps++;
    this.missed += missing;
  }
}
