// Parses the timestamps of sources, and turns them into feed time.

const NS_PER_MS = 1e6;
const MS_PER_MINUTE = 60_000;

/** An instant, in two parts because one double cannot hold the nanoseconds since 1970. */
export interface Timestamp {
  /** Whole milliseconds since 1970-01-01 UTC. */
  readonly epochMs: number;
  /** Additional nanoseconds, 0 to 999,999. */
  readonly ns: number;
}

const EPOCH_MS = /^-?\d{1,15}$/;
const DATE = String.raw`(\d{4})-(\d{2})-(\d{2})`;
const TIME = String.raw`(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?`;
const ZONE = String.raw`(Z|[+-]\d{2}(?::?\d{2})?)`;
const ISO = new RegExp(`^${DATE}(?:[T ]${TIME} ?${ZONE}?)?$`);

/**
 * Parses `2001-07-31`, an ISO 8601 date-time (`2001-07-31T09:30`; a blank may replace the T; up to 9 decimals
 * of a second; `Z` or an offset), or whole milliseconds since 1970. Without an offset it is UTC, so a replay
 * is the same on every machine. Undefined for anything else, including dates that do not exist.
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  if (EPOCH_MS.test(text)) return { epochMs: Number(text), ns: 0 };
  const parts = ISO.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = parts;
  const [h, min, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || min > 59 || s > 59) return undefined;
  const dateMs = dateEpochMs(Number(year), Number(month), Number(day));
  if (Number.isNaN(dateMs)) return undefined;
  const fractionNs = Number(fraction.padEnd(9, '0'));
  const ns = fractionNs % NS_PER_MS;
  const timeMs = ((h * 60 + min) * 60 + s) * 1000 + (fractionNs - ns) / NS_PER_MS;
  return { epochMs: dateMs + timeMs - offsetMs(zone), ns };
}

/** Nanoseconds from `start` to `end`; exact up to 104 days apart, and for whole seconds far beyond. */
export function nsBetween(start: Timestamp, end: Timestamp): number {
  return (end.epochMs - start.epochMs) * NS_PER_MS + (end.ns - start.ns);
}

/**
 * Turns timestamps into feed time. A timestamp that goes backwards counts as equal to the one before. After
 * `restart` feed time continues from where it was.
 */
export class FeedTime {
  #start: Timestamp | undefined;
  #startNs = 0;
  #lastNs = 0;

  /** Feed time of the next tick, in ns after the first tick. */
  next(timestamp: Timestamp): number {
    this.#start ??= timestamp;
    this.#lastNs = Math.max(this.#lastNs, this.#startNs + nsBetween(this.#start, timestamp));
    return this.#lastNs;
  }

  /** The next timestamp is the first of the source again. */
  restart(): void {
    this.#start = undefined;
    this.#startNs = this.#lastNs;
  }
}

/** Midnight UTC, or NaN if the calendar has no such day. */
function dateEpochMs(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : Number.NaN;
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', ''));
  return (zone.startsWith('-') ? -minutes : minutes) * MS_PER_MINUTE;
}
