// A survey as text for the terminal, and as JSON.

import { grouped, groupedCount, someOf } from '../../platform/counted.ts';
import type { ShownTick, Survey } from './survey.ts';

const LABEL_WIDTH = 12;

const COUNTED = {
  prices: ['row', 'tick'],
  recording: ['message', 'tick'],
  news: ['row', 'sentiment'],
} as const;

/** One element per line, without line feeds. */
export function surveyLines(survey: Survey): string[] {
  const { file, kind, understood, symbols, earliest, latest, first, last, skips, notices } = survey;
  return [
    line('File', `${file}, ${kind}`),
    line('Understood', understood),
    ...(earliest === undefined || latest === undefined ? [] : [line('Times', `${earliest} to ${latest}`)]),
    ...(symbols.length === 0 ? [] : [line('Symbols', someOf(symbols))]),
    line('Found', countsText(survey)),
    ...first.map((tick, i) => line(i === 0 ? 'First' : '', tickText(tick))),
    ...last.map((tick, i) => line(i === 0 ? 'Last' : '', tickText(tick))),
    ...skips.map(({ count, first: row }, i) =>
      line(i === 0 ? 'Skipped' : '', `${grouped(count)}; the first: ${row}`),
    ),
    ...notices.map((notice, i) => line(i === 0 ? 'Note' : '', notice)),
  ];
}

/** One object. */
export function surveyJson({ fault, skips, ...survey }: Survey): string {
  return JSON.stringify({ ...survey, skipped: skips, fault: fault?.message });
}

function countsText({ kind, rows, valid, unwanted, skips }: Survey): string {
  const [ofRows, ofValid] = COUNTED[kind];
  const skipped = skips.reduce((sum, { count }) => sum + count, 0);
  const others = unwanted === 0 ? '' : `, ${grouped(unwanted)} of other symbols`;
  return `${groupedCount(rows, ofRows)}, ${groupedCount(valid, ofValid)}${others}, ${grouped(skipped)} skipped`;
}

function tickText({ time, symbol, price }: ShownTick): string {
  return `${time}  ${symbol}  ${price}`;
}

function line(label: string, text: string): string {
  return label.padEnd(LABEL_WIDTH) + text;
}
