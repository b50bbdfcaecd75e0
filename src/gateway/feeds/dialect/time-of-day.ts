// Times of day in a column of their own.

const CLOCK =
  /^\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?(?: ?(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?$/;
const DIGITS = /^\d{1,6}$/;

/** Whether a text is a time of day: `09:30`, `9:30:15 PM`, `93015`, `930`. */
export function isTimeOfDay(text: string): boolean {
  return CLOCK.test(text) || DIGITS.test(text);
}

/** A date and a time of day as one text. */
export function joinedTime(date: string, clock: string): string {
  if (!DIGITS.test(clock)) return `${date} ${clock}`;
  return `${date} ${clock.padStart(clock.length <= 4 ? 4 : 6, '0')}`;
}
