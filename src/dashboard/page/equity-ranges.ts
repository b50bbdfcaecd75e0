// The buttons for the range of the P&L.

import { byId } from './dom.ts';

/** Calls back with the range that was chosen. Returns a function that shows a range as chosen. */
export function startEquityRanges(onChoose: (range: string) => void): (range: string) => void {
  const buttons = [...byId('equity-ranges').querySelectorAll('button')];
  const show = (range: string) => {
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.range === range));
  };
  for (const button of buttons) {
    button.addEventListener('click', () => {
      const { range = '' } = button.dataset;
      show(range);
      onChoose(range);
    });
  }
  return show;
}
