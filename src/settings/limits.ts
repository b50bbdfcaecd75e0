// The limits of the risk checks among the settings: what may change while an OrderManager runs.

import type { RiskLimits } from '../domain/risk/risk-limits.ts';
import { KEYS, type Key, optionOf, type SettingsOf } from './options.ts';

const LIMIT_KEYS = [
  'maxQuantity',
  'maxNotional',
  'maxPosition',
  'maxOrderRate',
  'priceCollar',
  'allowedSymbols',
] as const satisfies readonly Key[];
type LimitKey = (typeof LIMIT_KEYS)[number];

export type LimitSettings = Pick<SettingsOf<'order-manager'>, LimitKey>;
type Values = Partial<Readonly<Record<Key, unknown>>>;

/** The limits as the checks take them. */
export function riskLimits(settings: LimitSettings): RiskLimits {
  const { allowedSymbols } = settings;
  return {
    quantityMax: settings.maxQuantity,
    notionalMax: settings.maxNotional,
    positionMax: settings.maxPosition,
    ordersPerSecondMax: settings.maxOrderRate,
    collarPercent: settings.priceCollar,
    allowedSymbols: allowedSymbols && new Set(allowedSymbols),
  };
}

/** The limits alone. */
export function limitsOf(settings: LimitSettings): LimitSettings {
  return Object.fromEntries(LIMIT_KEYS.map((key) => [key, settings[key]])) as unknown as LimitSettings;
}

/** The settings without the limits. */
export function withoutLimits<S extends object>(settings: S): Omit<S, LimitKey> {
  const entries = Object.entries(settings).filter(([key]) => !isLimit(key));
  return Object.fromEntries(entries) as Omit<S, LimitKey>;
}

/** A configuration file that holds the limits and nothing else. */
export function limitsFileText(settings: LimitSettings): string {
  const limits = LIMIT_KEYS.filter((key) => settings[key] !== undefined);
  const entries = limits.map((key) => [key, optionOf(key).kind.text(settings[key])]);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/** What differs between two readings of the settings of a process. */
export interface Changes {
  /** `maxQuantity 1000000, now 500`: they can hold at once. */
  readonly limits: readonly string[];
  /** Keys of what holds from the next start on. */
  readonly others: readonly Key[];
}

/** Compares two readings of the same command's settings. */
export function changesOf(before: Values, after: Values): Changes {
  const changed = KEYS.filter((key) => textOf(key, before) !== textOf(key, after));
  const limits = changed.filter(isLimit);
  return {
    limits: limits.map((key) => `${key} ${textOf(key, before)}, now ${textOf(key, after)}`),
    others: changed.filter((key) => !isLimit(key)),
  };
}

function isLimit(key: string): key is LimitKey {
  return LIMIT_KEYS.some((limit) => limit === key);
}

function textOf(key: Key, values: Values): string {
  const value = values[key];
  return value === undefined ? 'not set' : optionOf(key).kind.text(value);
}
