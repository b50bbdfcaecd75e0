// Market time for people.

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** UTC, to the second: `1990-03-01 14:30:05`, or `1990-03-01` at midnight, as data of days has it. */
export function marketTimeText(timeMs: number): string {
  const iso = new Date(timeMs).toISOString();
  const [date, time] = iso.split('T');
  return timeMs % DAY_MS === 0 ? date : `${date} ${time.slice(0, 'hh:mm:ss'.length)}`;
}

/** Whether a market time says more than the time of arrival does: they differ by more than a minute. Both in ms. */
export function isOfThePast(marketTimeMs: number, arrivalMs: number): boolean {
  return Math.abs(marketTimeMs - arrivalMs) > MINUTE_MS;
}
