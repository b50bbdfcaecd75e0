// The printed result of a chaos run.

import type { Summary } from '../../src/orchestrator/summary.ts';
import type { ProcessName } from '../testing/stack.ts';
import { PROCESSES } from './plan.ts';

export interface KillAccount {
  kills: number;
  readonly victims: Record<ProcessName, number>;
  /** Aimed kills that hit the worst moment. */
  readonly hits: Record<ProcessName, number>;
  /** From each kill until all processes served again. */
  readonly backMs: number[];
}

export function newAccount(): KillAccount {
  return { kills: 0, victims: none(), hits: none(), backMs: [] };
}

function none(): Record<ProcessName, number> {
  return { gateway: 0, orderbook: 0, strategy: 0, 'order-manager': 0 };
}

/** What was compared. */
interface Compared {
  readonly pricesCompared: number;
  readonly reportsCompared: number;
  readonly outbox: { readonly decided: ReadonlySet<string> };
}

export function accountLines(account: KillAccount, compared: Compared, summary: Summary): string[] {
  const { victims, hits, backMs } = account;
  const sorted = [...backMs].sort((a, b) => a - b);
  const { ticks, orders } = summary;
  return [
    '',
    line('Kills', PROCESSES.map((name) => `${name} ${victims[name]}`).join(', ')),
    line('Of these', `in the middle of a write to the book ${hits.orderbook}`),
    line('', `between the record of an order and its report ${hits['order-manager']}`),
    line('', `between the decision to trade and the order's sending ${hits.strategy}`),
    line('Recovery', `median ${ms(sorted[sorted.length >> 1])}, at most ${ms(sorted.at(-1))}`),
    line(
      'Ticks',
      `sent ${n(ticks.sent)}, applied ${n(ticks.applied)}, missed ${n(ticks.missed)}, seen ${n(ticks.seen)}`,
    ),
    line(
      'Orders',
      `sent ${n(orders.sent)}, recorded ${n(orders.recorded)}, each once; resent ${n(orders.resent)}`,
    ),
    line(
      'Compared',
      `${n(compared.pricesCompared)} prices of the book, ${n(compared.reportsCompared)} reports, ${n(compared.outbox.decided.size)} orders of the outbox`,
    ),
    line('Nothing was lost', 'every promise held'),
  ];
}

const LABEL_WIDTH = 18;

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}`;
}

function ms(value = 0): string {
  return `${Math.round(value)} ms`;
}

function n(value: number): string {
  return value.toLocaleString('en-US');
}
