// What a command does first: it says in the registry of processes to which stack it belongs, or finds out which one is meant.

import fs from 'node:fs';
import { bookPath } from '@tickline/price-book';
import { messageOf } from '../platform/errors.ts';
import { liveProcesses, withRegistry } from '../platform/process-registry.ts';
import { type CommandName, optionOf } from '../settings/options.ts';
import type { DashboardSettings } from '../settings/settings.ts';
import { detailsOf, type PortName, requireOnlyStack, type StackSettings } from '../settings/stacks.ts';

/** `run` registers itself when it knows its ports and its record. */
const REGISTERED: readonly CommandName[] = ['gateway', 'orderbook', 'strategy', 'order-manager', 'dashboard'];
const READERS: readonly CommandName[] = ['book', 'stat'];

/** @throws StackNotRunningError if the command reads a book that is not there, and other stacks run */
export function enterStack(command: CommandName, settings: Partial<StackSettings>): void {
  const { stack } = settings;
  if (stack === undefined) return;
  if (REGISTERED.includes(command)) register(command, { ...settings, stack });
  if (READERS.includes(command) && !fs.existsSync(bookPath(stack)))
    requireOnlyStack(stack, `there is no price book at ${bookPath(stack)}`);
}

/** A process works without being listed, when /dev/shm is full, say: only commands that look for it do not find it. */
function register(command: CommandName, settings: StackSettings): void {
  try {
    withRegistry((registry) => registry.register(detailsOf(command, settings)));
  } catch (error) {
    console.error(
      `tickline ${command}: not listed in ./tickline stacks: ${messageOf(error)}; halt needs --orders-db`,
    );
  }
}

/** The settings of a dashboard with the ports of its stack, if that runs and no option gives others. */
export function withPortsOfStack(settings: DashboardSettings): DashboardSettings {
  const live = liveProcesses().filter(({ stack }) => stack === settings.stack);
  const portOf = (key: 'newsPort' | 'orderPort', name: PortName) => {
    const isGiven = String(settings[key]) !== optionOf(key).default;
    return (isGiven ? undefined : live.map(({ ports }) => ports[name]).find(Boolean)) ?? settings[key];
  };
  return { ...settings, newsPort: portOf('newsPort', 'news'), orderPort: portOf('orderPort', 'orders') };
}
