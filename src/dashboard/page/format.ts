// Numbers and times as the page writes them. The minus is U+2212, which is as wide as a digit.

const MINUS = '\u2212';
const NS_PER_US = 1e3;
const NS_PER_MS = 1e6;
const NS_PER_S = 1e9;
const BYTES_PER_MB = 1e6;
const CENT = 0.01;
/** Prices have up to eight decimals; smaller amounts are errors of rounding. */
const SMALLEST_USD = 5e-9;

/** Shown where there is no value. */
export const NOTHING = '\u2013';

const decimals = new Intl.NumberFormat('en-US', { maximumFractionDigits: 8 });
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const money = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const exact = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 8 });

/** USD as quoted or traded, with at least two decimals. */
export function price(usd: number): string {
  return usd === 0 ? NOTHING : exact.format(usd);
}

/** A computed amount in USD: two decimals, more below one dollar. */
export function averagePrice(usd: number): string {
  return usd < 1 ? price(usd) : money.format(usd);
}

/** `+12.30`, `−4.00`, `0.00`; below a cent as many digits as it has, up to eight: `+0.00042`. */
export function signedMoney(usd: number): string {
  return (Math.abs(usd) < SMALLEST_USD ? '' : sign(usd)) + unsignedMoney(usd);
}

/** The same without the sign. */
export function unsignedMoney(usd: number): string {
  const size = Math.abs(usd);
  const isBelowCent = size >= SMALLEST_USD && size < CENT;
  return isBelowCent ? exact.format(Number(size.toPrecision(2))) : money.format(size);
}

/** A fraction as `+1.25 %` or `−12.5 %`, with three digits. */
export function percent(fraction: number): string {
  const size = Math.abs(fraction) * 100;
  const text = size.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
  return `${Number(text) === 0 ? '' : sign(fraction)}${text} %`;
}

/** Any number, with six digits. */
export function figure(value: number): string {
  return decimals.format(Number(value.toPrecision(6)));
}

/** `+10`, `−10`, `0`, `+0.015` */
export function signedShares(shares: number): string {
  return sign(shares) + sharesText(Math.abs(shares));
}

/** Shares with all their decimals. */
export function sharesText(shares: number): string {
  return decimals.format(shares);
}

export function count(value: number): string {
  return grouped.format(value);
}

/** `73 µs`, `4.2 ms`, `1.5 s` */
export function nanoseconds(ns: number): string {
  if (ns < NS_PER_US) return `${Math.round(ns)} ns`;
  if (ns < NS_PER_MS) return `${digits(ns / NS_PER_US)} µs`;
  return ns < NS_PER_S ? `${digits(ns / NS_PER_MS)} ms` : `${digits(ns / NS_PER_S)} s`;
}

/** `0.1 s`, `12 s`, `3 min`, `2 h` */
export function age(ms: number): string {
  const seconds = Math.max(0, ms / 1_000);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  return seconds < 6_000 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

/** Time of day in the browser's zone, `14:03:07`, or with ms `14:03:07.250`. */
export function timeOfDay(at: number, withMs = false): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const text = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return withMs ? `${text}.${String(date.getMilliseconds()).padStart(3, '0')}` : text;
}

/** Time of day to a tenth of a second, `14:03:07.2`. */
export function timeOfDayToTenth(at: number): string {
  return timeOfDay(at, true).slice(0, -2);
}

/** `12 %` of a core. */
export function share(fraction: number | null): string {
  return fraction === null ? NOTHING : `${Math.round(fraction * 100)} %`;
}

export function megabytes(bytes: number | null): string {
  return bytes === null ? NOTHING : `${Math.round(bytes / BYTES_PER_MB)} MB`;
}

/** Three significant digits. */
function digits(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(value >= 10 ? 1 : 2);
}

function sign(value: number): string {
  if (value === 0) return '';
  return value > 0 ? '+' : MINUS;
}

/** A time in the data, UTC: `1990-03-01`, or `1990-03-01 14:30:05` unless it is midnight. */
export function marketTime(ms: number): string {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T');
  return ms % 86_400_000 === 0 ? date : `${date} ${time.slice(0, 8)}`;
}
