// Light or dark: the system's theme, or the one last chosen with the button. Charts use the colours of the
// style sheet.

import { byId } from './dom.ts';

const KEY = 'tickline-theme';

export interface Colours {
  readonly text: string;
  readonly dim: string;
  readonly grid: string;
  readonly panel: string;
  readonly up: string;
  readonly down: string;
  readonly price: string;
  readonly p99: string;
  readonly sentiment: string;
  readonly heat: string;
  /** Of the indicators, one after the other. */
  readonly lines: readonly string[];
}

const NAMES = ['text', 'dim', 'grid', 'panel', 'up', 'down', 'price', 'p99', 'sentiment', 'heat'] as const;
export const LINE_COLOURS = 8;

/** The colours of the present theme. */
export function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const lines = Array.from({ length: LINE_COLOURS }, (_, index) => of(`line-${index + 1}`));
  return { ...Object.fromEntries(NAMES.map((name) => [name, of(name)])), lines } as unknown as Colours;
}

/** The font size of charts, px. It grows with the screen. */
export function chartFontSize(): number {
  return Math.round(Number.parseFloat(getComputedStyle(document.body).fontSize) * 0.85);
}

/** Applies the theme, and lets the button change it. */
export function startTheme(onChange: () => void): void {
  const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const theme = remembered() ?? (systemIsDark.matches ? 'dark' : 'light');
    document.documentElement.dataset.theme = theme;
    const button = byId('theme');
    const other = theme === 'dark' ? 'light' : 'dark';
    button.textContent = theme === 'dark' ? '\u263c' : '\u263e';
    button.setAttribute('aria-label', `Change to the ${other} theme (T)`);
    button.title = `Change to the ${other} theme (T)`;
    onChange();
  };
  systemIsDark.addEventListener('change', apply);
  byId('theme').addEventListener('click', () => {
    remember(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
    apply();
  });
  apply();
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is switched off
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // the choice lasts for this page only
  }
}
