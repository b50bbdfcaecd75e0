// Why an order was rejected: a code for programs, then key=value context for people.

import { decimalText } from '../decimal-text.ts';

export const RejectCode = {
  BAD_SYMBOL: 'BAD_SYMBOL',
  BAD_SIDE: 'BAD_SIDE',
  BAD_QUANTITY: 'BAD_QUANTITY',
  BAD_PRICE: 'BAD_PRICE',
  BAD_CL_ORD_ID: 'BAD_CL_ORD_ID',
  BAD_TIME: 'BAD_TIME',
  BAD_MARKET_TIME: 'BAD_MARKET_TIME',
  BAD_NOTE: 'BAD_NOTE',
  TRADING_HALTED: 'TRADING_HALTED',
  SYMBOL_NOT_ALLOWED: 'SYMBOL_NOT_ALLOWED',
  QUANTITY_ABOVE_LIMIT: 'QUANTITY_ABOVE_LIMIT',
  NOTIONAL_ABOVE_LIMIT: 'NOTIONAL_ABOVE_LIMIT',
  POSITION_ABOVE_LIMIT: 'POSITION_ABOVE_LIMIT',
  SYMBOLS_ABOVE_LIMIT: 'SYMBOLS_ABOVE_LIMIT',
  PRICE_OUTSIDE_COLLAR: 'PRICE_OUTSIDE_COLLAR',
  SYMBOL_UNKNOWN: 'SYMBOL_UNKNOWN',
  PRICE_STALE: 'PRICE_STALE',
  NO_PRICE_BOOK: 'NO_PRICE_BOOK',
  LIMIT_NOT_REACHED: 'LIMIT_NOT_REACHED',
  ORDER_RATE_ABOVE_LIMIT: 'ORDER_RATE_ABOVE_LIMIT',
  RECORD_UNAVAILABLE: 'RECORD_UNAVAILABLE',
} as const;
export type RejectCode = (typeof RejectCode)[keyof typeof RejectCode];

/** `CODE key=value key=value`, for example `QUANTITY_ABOVE_LIMIT quantity=5000 limit=1000`. */
export type RejectReason = `${RejectCode} ${string}`;

/** Builds a reason. Texts other than a plain word are quoted and shortened. */
export function rejectReason(code: RejectCode, context: Record<string, unknown>): RejectReason {
  const pairs = Object.entries(context).map(([key, value]) => `${key}=${shown(value)}`);
  return `${code} ${pairs.join(' ')}`;
}

const SHOWN_CHARACTERS_MAX = 80;
const NUMBER_CHARACTERS_MAX = 40;
const PLAIN_WORD = /^[A-Za-z][A-Za-z0-9.\-_/|]*$/;

/** A value as a reason shows it: one line of ASCII, of bounded length, without the delimiter `*`. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return '[...]';
  if (typeof value === 'object' && value !== null) return '{...}';
  if (typeof value === 'number') return numberText(value);
  const text = String(value);
  if (typeof value !== 'string') return text;
  const cut = text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}...` : text;
  return PLAIN_WORD.test(cut) ? cut : JSON.stringify(cut).replace(/[^ -)+-~]/g, unicodeEscape);
}

/** A number that is far from any price or quantity keeps its exponent, because hundreds of zeros fill a lane's reason. */
function numberText(value: number): string {
  const text = decimalText(value);
  return text.length > NUMBER_CHARACTERS_MAX ? String(value) : text;
}

/** The JSON escape of one UTF-16 code unit. */
export function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
