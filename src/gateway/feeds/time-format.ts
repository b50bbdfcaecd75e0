// Reads times in the form that --time-format describes.

import { instantOf, type TimeParts, type Timestamp } from './timestamp.ts';

type Part = keyof TimeParts | 'shortYear';

const NAME = '[A-Za-z]{3,9}';

/** The words of a format, longest first, with the text that each stands for. */
const WORDS: readonly (readonly [word: string, part: Part, pattern: string])[] = [
  ['YYYY', 'year', String.raw`\d{4}`],
  ['YY', 'shortYear', String.raw`\d{2}`],
  ['MMMM', 'month', NAME],
  ['MMM', 'month', NAME],
  ['MM', 'month', String.raw`\d{1,2}`],
  ['M', 'month', String.raw`\d{1,2}`],
  ['DD', 'day', String.raw`\d{1,2}`],
  ['D', 'day', String.raw`\d{1,2}`],
  ['HH', 'hour', String.raw`\d{1,2}`],
  ['H', 'hour', String.raw`\d{1,2}`],
  ['hh', 'hour', String.raw`\d{1,2}`],
  ['h', 'hour', String.raw`\d{1,2}`],
  ['mm', 'minute', String.raw`\d{2}`],
  ['ss', 'second', String.raw`\d{2}`],
  ['S', 'fraction', String.raw`\d{1,9}`],
  ['A', 'half', '[AaPp][Mm]'],
  ['Z', 'zone', String.raw`Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?`],
];

/** The same as strptime of Python writes it. */
const PYTHON: Readonly<Record<string, string>> = {
  '%Y': 'YYYY',
  '%y': 'YY',
  '%m': 'MM',
  '%B': 'MMMM',
  '%b': 'MMM',
  '%d': 'DD',
  '%H': 'HH',
  '%I': 'hh',
  '%M': 'mm',
  '%S': 'ss',
  '%f': 'S',
  '%p': 'A',
  '%z': 'Z',
};

/** Years of two digits are those from 1970 to 2069, as in POSIX. */
const SHORT_YEAR_PIVOT = 70;

/** Describes valid formats; follows the word "expected" in a message. */
export const TIME_FORMAT_EXPECTED =
  'a format of YYYY, MM and DD, with HH, mm, ss, S, A or Z where the times have them, such as DD/MM/YYYY HH:mm, ' +
  'or of strptime, such as %d/%m/%Y';

/** A reader of times in `format`; undefined if it has no year, month and day, or one of its words twice. */
export function timeReader(format: string): ((text: string) => Timestamp | undefined) | undefined {
  const words = format.replace(/%./g, (word) => PYTHON[word] ?? word);
  const parts: Part[] = [];
  let pattern = '';
  for (let at = 0; at < words.length; ) {
    const found = WORDS.find(([word]) => words.startsWith(word, at));
    if (found === undefined) {
      if (/[a-zA-Z%]/.test(words[at]) && words[at] !== 'T') return undefined;
      pattern += words[at].replace(/[^\w ]/, '\\$&');
      at++;
      continue;
    }
    const [word, part, text] = found;
    if (parts.includes(part)) return undefined;
    parts.push(part);
    pattern += `(${text})`;
    at += word.length;
  }
  const hasDate = parts.some((part) => part === 'year' || part === 'shortYear');
  if (!hasDate || !parts.includes('month') || !parts.includes('day')) return undefined;
  const expression = new RegExp(`^${pattern}$`);
  return (text) => {
    const values = expression.exec(text);
    return values === null ? undefined : read(parts, values.slice(1));
  };
}

function read(parts: readonly Part[], values: readonly string[]): Timestamp | undefined {
  const found: Partial<Record<Part, string>> = Object.fromEntries(parts.map((part, i) => [part, values[i]]));
  const { shortYear, month = '', day = '' } = found;
  const short = Number(shortYear) < SHORT_YEAR_PIVOT ? `20${shortYear}` : `19${shortYear}`;
  return instantOf({ ...found, year: found.year ?? short, month, day });
}
