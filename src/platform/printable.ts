// Text from files and other processes, as a console may show it.

/** Control characters, line and paragraph separators, and the marks that change the direction of text. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const RUN = new RegExp(`${UNPRINTABLE.source}(?:${UNPRINTABLE.source}| )*`, 'gu');

/** The text in one line that moves no cursor, sets no colour and turns no text around: each run of such characters is a blank. */
export function printable(text: string): string {
  return text.replace(RUN, ' ');
}
