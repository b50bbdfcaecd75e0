// The links of the CSV files, for the strategy that is shown.

import { byId } from './dom.ts';

const FILES = ['trades', 'positions', 'equity'] as const;

export function renderLinks(strategy: string): void {
  for (const file of FILES) {
    const query = strategy === '' ? '' : `?${new URLSearchParams({ strategy })}`;
    const href = `${file}.csv${query}`;
    const link = byId(`csv-${file}`);
    if (link.getAttribute('href') !== href) link.setAttribute('href', href);
  }
}
