// Describes the stack that the page shows: by the settings of its processes, read while they run and kept when they have
// exited, and where those cannot be read by the options of the dashboard.

import path from 'node:path';
import { bookPath } from '@tickline/price-book';
import type { StackBook } from '../monitoring/stack-book.ts';
import { strategiesOf } from '../monitoring/strategies.ts';
import { type LiveProcess, liveProcesses } from '../platform/process-registry.ts';
import { ProcessRegistryError } from '../platform/registry-folder.ts';
import { isFeedFile, traitsOf } from '../settings/feeds.ts';
import type { CommandName, SettingsOf } from '../settings/options.ts';
import { settingsOfProcess } from '../settings/process-settings.ts';
import type { DashboardSettings, GatewaySettings, StrategyProcessSettings } from '../settings/settings.ts';
import type { Setup, StrategySetup } from './messages.ts';
import { RANGES } from './ranges.ts';

export class StackSetup {
  readonly #own: DashboardSettings;
  /** The book whose processes these are. */
  #inode: number | undefined;
  #data: string | null = null;
  #manager: LiveProcess | undefined;
  #strategies = new Map<string, StrategySetup>();

  constructor(own: DashboardSettings) {
    this.#own = own;
  }

  /** What is known of a process stays until there is another book. @param book undefined before there is one */
  describe(book?: StackBook): Setup {
    const { stack } = this.#own;
    if (book) this.#look(book);
    this.#manager = this.#runningManager() ?? this.#manager;
    const nats = this.#manager?.nats;
    const of = nats === undefined ? `--stack ${stack}` : `--nats ${nats}`;
    const strategiesSeen = this.#strategies.size > 0;
    return {
      stack,
      book: bookPath(stack),
      data: this.#data,
      record: this.#manager?.record ?? null,
      logs: this.#manager?.logDir ?? null,
      haltCommand: `./tickline halt ${of}`,
      resumeCommand: `./tickline resume ${of}`,
      strategies: strategiesSeen
        ? [...this.#strategies.values()]
        : [strategyOf(this.#own.strategyName, this.#own)],
      strategiesSeen,
      ranges: RANGES,
    };
  }

  #look(book: StackBook): void {
    if (book.inode !== this.#inode) {
      this.#inode = book.inode;
      this.#data = null;
      this.#manager = undefined;
      this.#strategies = new Map();
    }
    const gateway = this.#settings(book.counter('gateway.pid'), 'gateway');
    if (gateway) this.#data = dataText(gateway);
    for (const { name, pid } of strategiesOf(book)) {
      const settings = this.#settings(pid, 'strategy');
      if (settings) this.#strategies.set(name, strategyOf(name, settings));
      else if (!this.#strategies.has(name)) this.#strategies.set(name, { ...UNKNOWN, name });
    }
  }

  /** Of a process of this stack: the id may have passed to another one. */
  #settings<C extends CommandName>(pid: number, command: C): SettingsOf<C> | undefined {
    const settings = settingsOfProcess(pid, command)?.settings;
    const isOurs = settings !== undefined && 'stack' in settings && settings.stack === this.#own.stack;
    return isOurs ? settings : undefined;
  }

  /** Undefined if none runs, or it cannot be known. */
  #runningManager(): LiveProcess | undefined {
    const { stack } = this.#own;
    try {
      return liveProcesses().find((found) => found.command === 'order-manager' && found.stack === stack);
    } catch (error) {
      if (error instanceof ProcessRegistryError) return undefined;
      throw error;
    }
  }
}

const UNKNOWN = { file: null, parameters: '', newsNeutral: null };

/** The parameters of a file are its own: what it makes of the news is not known. */
function strategyOf(name: string, settings: DashboardSettings | StrategyProcessSettings): StrategySetup {
  const { strategy: file, short, long, bullish, bearish, quantity } = settings;
  const param = ('param' in settings && settings.param) || {};
  const values = file === undefined ? { short, long, bullish, bearish, quantity, ...param } : param;
  const parameters = Object.entries(values).map(([key, value]) => `${key} ${value}`);
  const newsNeutral =
    file === undefined ? { from: Number(values.bearish), to: Number(values.bullish) } : null;
  return { name, file: file ?? null, parameters: parameters.join(', '), newsNeutral };
}

/** `replay dow30-1990-2001.csv, looped` */
function dataText({ source, data, loop }: GatewaySettings): string {
  if (isFeedFile(source)) return path.basename(source);
  const file = traitsOf(source).options.includes('data') ? ` ${path.basename(data)}` : '';
  return `${source}${file}${loop ? ', looped' : ''}`;
}
