// The limits of the risk checks: the settings that may change while an OrderManager runs.

import type { RiskLimits } from '../domain/risk/risk-limits.ts';
import { KEYS, type Key, optionOf, type SettingsOf } from './options.ts';

const LIMIT_KEYS = [
  'maxQuantity',
  'maxNotional',
  'maxPosition',
  'maxSymbols',
  'maxOrderRate',
  'priceCollar',
  'allowedSymbols',
] as const satisfies readonly Key[];
type LimitKey = (typeof LIMIT_KEYS)[number];

export type LimitSettings = Pick<SettingsOf<'order-manager'>, LimitKey>;
type Values = Partial<Readonly<Record<Key, unknown>>>;

/** The limits in the form that the risk checks read. */
export function riskLimits(settings: LimitSettings): RiskLimits {
  const { allowedSymbols } = settings;
  return {
    quantityMax: settings.maxQuantity,
    notionalMax: settings.maxNotional,
    positionMax: settings.maxPosition,
    symbolsMax: settings.maxSymbols,
    ordersPerSecondMax: settings.maxOrderRate,
    collarPercent: settings.priceCollar,
    allowedSymbols: allowedSymbols && new Set(allowedSymbols),
  };
}

/** Picks the limits from the settings. */
export function limitsOf(settings: LimitSettings): LimitSettings {
  return Object.fromEntries(LIMIT_KEYS.map((key) => [key, settings[key]])) as unknown as LimitSettings;
}

/** The settings without the limits. */
export function withoutLimits<S extends object>(settings: S): Omit<S, LimitKey> {
  const entries = Object.entries(settings).filter(([key]) => !isLimit(key));
  return Object.fromEntries(entries) as Omit<S, LimitKey>;
}

/** The text of a configuration file with the limits only. */
export function limitsFileText(settings: LimitSettings): string {
  const limits = LIMIT_KEYS.filter((key) => settings[key] !== undefined);
  const entries = limits.map((key) => [key, optionOf(key).kind.text(settings[key])]);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/** The differences between two readings of the settings of a process. */
export interface Changes {
  /** For example `maxQuantity 1000000, now 500`. */
  readonly limits: readonly string[];
  /** Keys of settings that are read at the start only. */
  readonly others: readonly Key[];
}

/** Compares two readings of the settings of the same command. */
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
