// What the user has chosen to see. It is in the fragment of the URL, so that a link and a reload show the same.

/** Every part has a text; '' stands for the first symbol, all strategies, no filter. */
export interface View {
  readonly symbol: string;
  readonly range: string;
  readonly strategy: string;
  /** Words that orders must have. */
  readonly filter: string;
  readonly outcome: string;
  readonly tab: string;
  /** Range of the P&L. */
  readonly equity: string;
}

export const DEFAULT_VIEW: View = {
  symbol: '',
  range: 'ticks',
  strategy: '',
  filter: '',
  outcome: 'all',
  tab: 'orders',
  equity: '30m',
};

const PARTS = Object.keys(DEFAULT_VIEW) as (keyof View)[];
const TEXT_MAX = 100;

/** Reads `#symbol=IBM&range=5m`. Unknown parts are left out, and missing ones have their default. */
export function viewOf(fragment: string): View {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const parts = PARTS.map((part) => [part, (given.get(part) ?? DEFAULT_VIEW[part]).slice(0, TEXT_MAX)]);
  return Object.fromEntries(parts) as unknown as View;
}

/** The fragment with all parts that differ from the default; '' if none does. */
export function fragmentOf(view: View): string {
  const parts = PARTS.filter((part) => view[part] !== DEFAULT_VIEW[part]).map((part) => [part, view[part]]);
  return parts.length === 0 ? '' : `#${new URLSearchParams(parts)}`;
}
