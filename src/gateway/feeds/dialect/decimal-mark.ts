// Whether a file writes 1234.5 or 1234,5, and what its thousands are grouped by.

/** `point`: 1,234.5. `comma`: 1.234,5. `unclear`: 1,234 might be both. */
export type DecimalMark = 'point' | 'comma' | 'unclear';

const POINT_DECIMALS = /^[^.,]*\d(?:,\d{3})*\.\d+$|,\d{3},|,\d{3}\.\d/;
const COMMA_DECIMALS =
  /^[^.,]*\d(?:\.\d{3})*,(?:\d{1,2}|\d{4,})$|\.\d{3}\.\d{3}|\.\d{3},\d|^[^.,]*(?:0|\d{4,}),\d+$/;
const EITHER = /^[^.,]*[1-9]\d{0,2},\d{3}$/;

/** @param prices some of the file's prices, as they are written */
export function decimalMarkOf(prices: readonly string[], delimiter: string): DecimalMark {
  let isEither = false;
  for (const price of prices) {
    if (!price.includes(',')) {
      if (/\.\d{3}\.\d{3}/.test(price)) return 'comma';
      continue;
    }
    if (COMMA_DECIMALS.test(price)) return 'comma';
    if (POINT_DECIMALS.test(price)) return 'point';
    isEither ||= EITHER.test(price);
  }
  if (!isEither || delimiter === ',') return 'point';
  return delimiter === ';' ? 'comma' : 'unclear';
}

const SIGN_AND_CURRENCY = /^([-+]?)[$€£¥₩₹]?\s?/;
const GROUPED_BY_COMMA = /^([-+]?\d{1,3})((?:,\d{3})+)(\.\d*)?$/;
const GROUPED_BY_BLANK = /^([-+]?\d{1,3})((?:[ '’\u00a0\u202f]\d{3})+)([.,]\d*)?$/;

/** A number in the notation of programs: without a currency, without thousands, with a decimal point. */
export function plainNumber(text: string, mark: DecimalMark): string {
  const bare = text.replace(SIGN_AND_CURRENCY, '$1');
  const blanks = GROUPED_BY_BLANK.exec(bare);
  const grouped = blanks ? blanks[1] + blanks[2].replace(/\D/g, '') + (blanks[3] ?? '') : bare;
  if (mark === 'comma') {
    const swapped = grouped.replace(/[.,]/g, (found) => (found === ',' ? '.' : ','));
    // A file of decimal commas that holds 97.5: one group of thousands has three digits.
    return GROUPED_BY_COMMA.test(swapped) || !swapped.includes(',') ? withoutGroups(swapped) : grouped;
  }
  return withoutGroups(grouped);
}

function withoutGroups(text: string): string {
  const parts = GROUPED_BY_COMMA.exec(text);
  return parts === null ? text : parts[1] + parts[2].replaceAll(',', '') + (parts[3] ?? '');
}
