// How orders are filled, by the settings.

import type { FillRules } from '../domain/fills.ts';
import type { SettingsOf } from './options.ts';

type FillSettings = Pick<SettingsOf<'order-manager'>, 'fill' | 'feeBps' | 'slippageBps'>;

export function fillRules({ fill, feeBps, slippageBps }: FillSettings): FillRules {
  return { mode: fill, feeBps, slippageBps };
}
