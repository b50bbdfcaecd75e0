// The README's table of options, between its two markers, from the one table in the code.

import fs from 'node:fs';
import { optionsTable } from './options-table.ts';

const README = new URL('../../README.md', import.meta.url);
const BEGIN = '<!-- options -->';
const END = '<!-- /options -->';

/** The README as it is, with the table as the code has it. Throws where a marker is missing. */
export function readmeWithOptions(): string {
  const text = fs.readFileSync(README, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`README.md: expected ${BEGIN} and, behind it, ${END}`);
  return `${text.slice(0, begin + BEGIN.length)}\n${optionsTable()}${text.slice(end)}`;
}
