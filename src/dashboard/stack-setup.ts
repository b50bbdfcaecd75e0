// Describes the stack that the page shows: by the settings of its running processes, and where those cannot
// be read by the options of the dashboard.

import path from 'node:path';
import { bookPath } from '@tickline/price-book';
import type { StackBook } from '../monitoring/stack-book.ts';
import { type LiveProcess, liveProcesses, ProcessRegistryError } from '../platform/process-registry.ts';
import { isFeedFile, traitsOf } from '../settings/feeds.ts';
import { settingsOfProcess } from '../settings/process-settings.ts';
import type { DashboardSettings, GatewaySettings, StrategyProcessSettings } from '../settings/settings.ts';
import type { Setup } from './messages.ts';
import { RANGES } from './ranges.ts';

/** @param book undefined before there is one */
export function describeStack(own: DashboardSettings, book?: StackBook): Setup {
  const gateway = book && settingsOfProcess(book.counter('gateway.pid'), 'gateway')?.settings;
  const strategy = (book && settingsOfProcess(book.counter('strategy.pid'), 'strategy')?.settings) ?? own;
  const manager = managerOf(own.stack);
  const { strategyName } = strategy;
  return {
    stack: own.stack,
    book: bookPath(own.stack),
    data: gateway ? dataText(gateway) : null,
    record: manager?.record ?? null,
    logs: manager?.logDir ?? null,
    haltCommand: `./tickline halt --stack ${own.stack}`,
    resumeCommand: `./tickline resume --stack ${own.stack}`,
    ...{ strategyName, strategyFile: strategy.strategy ?? null, ...parametersOf(strategy) },
    ranges: RANGES,
  };
}

/** Those of a file are its own: what it makes of the news is not known. */
function parametersOf(
  strategy: DashboardSettings | StrategyProcessSettings,
): Pick<Setup, 'parameters' | 'newsNeutral'> {
  const { strategy: file, short, long, bullish, bearish, quantity } = strategy;
  const param = ('param' in strategy && strategy.param) || {};
  const values = file === undefined ? { short, long, bullish, bearish, quantity, ...param } : param;
  const parameters = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  const newsNeutral =
    file === undefined ? { from: Number(values.bearish), to: Number(values.bullish) } : null;
  return { parameters: parameters.join(', '), newsNeutral };
}

/** The OrderManager of the stack; undefined if none runs, or it cannot be known. */
function managerOf(stack: string): LiveProcess | undefined {
  try {
    return liveProcesses().find((found) => found.command === 'order-manager' && found.stack === stack);
  } catch (error) {
    if (error instanceof ProcessRegistryError) return undefined;
    throw error;
  }
}

/** `replay dow30-1990-2001.csv, looped` */
function dataText({ source, data, loop }: GatewaySettings): string {
  if (isFeedFile(source)) return path.basename(source);
  const file = traitsOf(source).options.includes('data') ? ` ${path.basename(data)}` : '';
  return `${source}${file}${loop ? ', looped' : ''}`;
}
