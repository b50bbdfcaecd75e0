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

/** The parts of a date and a time of day as they are written. Absent parts are zero, an absent zone is UTC. */
export interface TimeParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour?: string | undefined;
  readonly minute?: string | undefined;
  readonly second?: string | undefined;
  /** Up to 9 digits. */
  readonly fraction?: string | undefined;
  /** AM or PM. */
  readonly half?: string | undefined;
  readonly zone?: string | undefined;
}

// A name stands for one group of a pattern only: Node 22 knows no alternatives with the same names.
const DAYTIME = String.raw`(?=\d{1,2}:|\d{4}(?:\d{2})?(?!\d))(?<hour>\d{1,2})(?<colon>:?)(?<minute>\d{2})`;
const SECONDS = String.raw`(?:\k<colon>(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?`;
const REST = String.raw`(?: ?(?<half>[AaPp][Mm]))?(?: ?(?<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?`;
const TIME = `(?:,?[T ]+${DAYTIME}${SECONDS}${REST})?`;
const DATE = String.raw`(?=\d{4}[-/.]|\d{8}(?!\d))(?<year>\d{4})(?<by>[-/.]?)(?<month>\d{1,2})\k<by>(?<day>\d{1,2})`;
const YEAR_FIRST = new RegExp(`^${DATE}${TIME}$`);
const NAME = String.raw`(?<month>[A-Za-z]{3,9})\.?`;
const WEEKDAY = '(?:[A-Za-z]{3,9},? +)?';
const MONTH_FIRST = new RegExp(String.raw`^${WEEKDAY}${NAME} +(?<day>\d{1,2}),? +(?<year>\d{4})${TIME}$`);
const DAY_FIRST = new RegExp(String.raw`^${WEEKDAY}(?<day>\d{1,2})[ -]${NAME},?[ -](?<year>\d{4})${TIME}$`);
const NO_SEPARATORS =
  /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?:(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})?(?<fraction>\d{3})?)?$/;
const NUMBER = /^(-?)(\d{1,20})(?:\.(\d*))?(?:[eE]\+?(\d{1,2}))?$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_NAMES =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/i;

/** Years in which eight digits are a date and not seconds since 1970. */
const COMPACT_YEARS = { min: 1800, max: 2199 };

/** The units of numbers: each is used up to the largest number that stands for a time before the year 5138. */
const EPOCH_UNITS = [
  { unit: 's', below: 1e11, msDigits: 3 },
  { unit: 'ms', below: 1e14, msDigits: 0 },
  { unit: 'µs', below: 1e17, msDigits: -3 },
  { unit: 'ns', below: 1e20, msDigits: -6 },
] as const;
export type EpochUnit = (typeof EPOCH_UNITS)[number]['unit'];

/**
 * Parses a time that can be read in one way only; undefined for all others, and for dates that do not exist:
 * - year, month, day, separated by `-`, `/` or `.`, or not at all; or a month in English letters
 * - then perhaps a time of day to nanoseconds, `Z`, UTC, GMT or an offset. Without one it is UTC, so a replay is the same
 *   on every machine
 * - a number since 1970, with decimals: below 10^11 seconds, below 10^14 ms, below 10^17 µs, else ns
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  const groups = (YEAR_FIRST.exec(text) ?? MONTH_FIRST.exec(text) ?? DAY_FIRST.exec(text))?.groups;
  if (groups === undefined) return parseNumber(text);
  return isPlausible(text, groups) ? instantOf(groups as unknown as TimeParts) : parseNumber(text);
}

/** Eight digits of an implausible year are a number. */
function isPlausible(text: string, { year }: Readonly<Record<string, string>>): boolean {
  return !/^\d{8}$/.test(text) || (Number(year) >= COMPACT_YEARS.min && Number(year) <= COMPACT_YEARS.max);
}

/** The unit of a number; undefined for a date, also one of digits alone such as 20240102. */
export function epochUnitOf(text: string): EpochUnit | undefined {
  if (compactDate(text) !== undefined) return undefined;
  const shape = numberShape(text);
  return shape && unitOf(shape.digits.slice(0, shape.point))?.unit;
}

/** The instant of a date and a time; undefined if the calendar has no such day, or the day no such time. */
export function instantOf(parts: TimeParts): Timestamp | undefined {
  const { hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z' } = parts;
  const dateMs = dateEpochMs(Number(parts.year), monthOf(parts.month), Number(parts.day));
  const [min, s] = [Number(minute), Number(second)];
  const h = hourOf(Number(hour), parts.half);
  const isMidnight = h === 24 && min === 0 && s === 0 && Number(fraction) === 0;
  if (Number.isNaN(dateMs) || !(h <= 23 || isMidnight) || min > 59 || s > 59) return undefined;
  const fractionNs = Number(fraction.padEnd(9, '0'));
  const ns = fractionNs % NS_PER_MS;
  const timeMs = ((h * 60 + min) * 60 + s) * 1000 + (fractionNs - ns) / NS_PER_MS;
  const epochMs = dateMs + timeMs - offsetMs(zone);
  return Number.isNaN(epochMs) ? undefined : { epochMs, ns };
}

/** Nanoseconds from `start` to `end`; exact up to 104 days apart, and for whole seconds far beyond. */
export function nsBetween(start: Timestamp, end: Timestamp): number {
  return (end.epochMs - start.epochMs) * NS_PER_MS + (end.ns - start.ns);
}

/** An instant as ISO 8601 in UTC, as short as it is exact: `2024-01-02`, `2024-01-02T09:30:00.000000001Z`. */
export function timestampText({ epochMs, ns }: Timestamp): string {
  const date = new Date(epochMs);
  if (Number.isNaN(date.getTime())) return `${epochMs} ms after 1970`;
  const iso = date.toISOString().slice(0, -1);
  if (ns !== 0) return `${iso}${String(ns).padStart(6, '0').replace(/000$/, '')}Z`;
  return `${iso}Z`.replace('.000Z', 'Z').replace('T00:00:00Z', '');
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

function monthOf(text: string): number {
  if (/^\d/.test(text)) return Number(text);
  return MONTH_NAMES.test(text) ? MONTHS.indexOf(text.slice(0, 3).toLowerCase()) + 1 : Number.NaN;
}

/** The hour of a clock with 24 hours; NaN for 13 PM and 0 AM. */
function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (half.toUpperCase() === 'PM' ? 12 : 0);
}

function offsetMs(zone: string): number {
  if (!/^[+-]/.test(zone)) return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(':', ''))];
  if (hours > 23 || minutes > 59) return Number.NaN;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MS_PER_MINUTE;
}

function compactDate(text: string): Timestamp | undefined {
  const parts = NO_SEPARATORS.exec(text.replace(/\.0*$/, ''))?.groups as unknown as TimeParts | undefined;
  if (parts === undefined) return undefined;
  const year = Number(parts.year);
  return year >= COMPACT_YEARS.min && year <= COMPACT_YEARS.max ? instantOf(parts) : undefined;
}

function parseNumber(text: string): Timestamp | undefined {
  const date = compactDate(text);
  if (date !== undefined) return date;
  const shape = numberShape(text);
  const unit = shape && unitOf(shape.digits.slice(0, shape.point));
  if (shape === undefined || unit === undefined) return undefined;
  const point = shape.point + unit.msDigits;
  const digits = '0'.repeat(Math.max(0, -point)) + shape.digits;
  const at = Math.max(0, point);
  const epochMs = Number(digits.slice(0, at).padEnd(at, '0'));
  const ns = Number(digits.slice(at, at + 6).padEnd(6, '0'));
  if (!shape.isNegative) return { epochMs, ns };
  return ns === 0 ? { epochMs: 0 - epochMs, ns: 0 } : { epochMs: -epochMs - 1, ns: NS_PER_MS - ns };
}

/** The digits of a number and the place of its point; undefined where an exponent stands for unknown digits. */
function numberShape(text: string): { digits: string; point: number; isNegative: boolean } | undefined {
  const parts = NUMBER.exec(text);
  if (parts === null) return undefined;
  const [, sign, whole, fraction = '', exponent = '0'] = parts;
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  if (exponent !== '0' && digits.length < Math.min(point, SECONDS_DIGITS)) return undefined;
  return { digits: digits.padEnd(point, '0'), point, isNegative: sign === '-' };
}

/** A spreadsheet rounds a number to 6 digits and gives it an exponent. */
const SECONDS_DIGITS = 7;

function unitOf(whole: string): (typeof EPOCH_UNITS)[number] | undefined {
  return EPOCH_UNITS.find(({ below }) => Number(whole) < below);
}
