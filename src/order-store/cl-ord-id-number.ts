// Client order ids that count: `<session>-<number>`.

/** They are exact as a number. */
const DIGITS_MAX = 15;
const HYPHEN = 0x2d;
const [ZERO, NINE] = [0x30, 0x39];

/**
 * Where the number of an id begins, behind its last hyphen. 0 unless it is written as JavaScript writes a number: then no
 * other id of the session has the same one.
 */
export function numberStart(clOrdId: string): number {
  let start = clOrdId.length;
  while (start > 0 && isDigit(clOrdId.charCodeAt(start - 1))) start--;
  const digits = clOrdId.length - start;
  if (digits < 1 || digits > DIGITS_MAX || start < 2) return 0;
  if (digits > 1 && clOrdId.charCodeAt(start) === ZERO) return 0;
  return clOrdId.charCodeAt(start - 1) === HYPHEN ? start : 0;
}

/** @param start from numberStart() */
export function numberAt(clOrdId: string, start: number): number {
  let number = 0;
  for (let at = start; at < clOrdId.length; at++) number = number * 10 + (clOrdId.charCodeAt(at) - ZERO);
  return number;
}

/** What precedes the number and its hyphen. @param start from numberStart() */
export function sessionOf(clOrdId: string, start: number): string {
  return clOrdId.slice(0, start - 1);
}

/** Whether sessionOf() would return this session, without a new text. */
export function isOfSession(clOrdId: string, start: number, session: string): boolean {
  return session.length === start - 1 && clOrdId.startsWith(session);
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}
