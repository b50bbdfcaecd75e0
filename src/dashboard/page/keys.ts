// Keys that work wherever the focus is.

import { byId } from './dom.ts';

const HELP = '/ search symbols · F filter orders · ↑ ↓ move · Enter choose · P pause the chart · T theme';

export interface Keys {
  readonly onPause: () => void;
}

export function startKeys({ onPause }: Keys): void {
  byId('keys').textContent = HELP;
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type !== 'radio';
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    const actions: Readonly<Record<string, () => void>> = {
      '/': () => byId('search').focus(),
      f: () => byId('order-filter').focus(),
      p: onPause,
      t: () => byId('theme').click(),
    };
    const action = new Map(Object.entries(actions)).get(event.key.toLowerCase());
    if (!action) return;
    event.preventDefault();
    action();
  });
}
