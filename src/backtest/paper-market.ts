// Where the orders of a backtest go: they wait for their latency, then the execution of the OrderManager fills them.

import { assertInvariant } from '../domain/assert.ts';
import type { FillRules } from '../domain/fills.ts';
import type { ExecutionReport, Order } from '../domain/orders.ts';
import { RiskControls } from '../domain/risk/risk-controls.ts';
import type { RiskLimits } from '../domain/risk/risk-limits.ts';
import type { OrderPort } from '../domain/trader.ts';
import { Execution } from '../order-manager/execution.ts';
import { MemoryOrderStore } from '../order-store/memory/memory-order-store.ts';

export interface PaperMarketSettings {
  /** The name that orders and positions are recorded under. */
  readonly strategyName: string;
  readonly limits: RiskLimits;
  readonly fillRules: FillRules;
  /** Market time from a decision to its fill, in ms; 0 fills inside send(). */
  readonly latencyMs: number;
}

export class PaperMarket implements OrderPort {
  readonly store = new MemoryOrderStore();
  /** Market time in ms since 1970 UTC. */
  nowMs = 0;
  readonly #strategyName: string;
  readonly #latencyMs: number;
  readonly #fillRules: FillRules;
  /** USD: of the last tick that onTick() was told of. */
  #tickPrice = Number.NaN;
  readonly #execution: Execution;
  readonly #onReport: (report: ExecutionReport, order: Order) => void;
  /** By symbol, because a symbol has at most one order in flight. */
  readonly #inFlight = new Map<string, { readonly order: Order; readonly dueMs: number }>();

  constructor(settings: PaperMarketSettings, onReport: (report: ExecutionReport, order: Order) => void) {
    const { strategyName, limits, latencyMs, fillRules } = settings;
    this.#strategyName = strategyName;
    this.#latencyMs = latencyMs;
    this.#fillRules = fillRules;
    this.#onReport = onReport;
    const controls = new RiskControls(limits, { nowMs: () => this.nowMs, lastPrice: () => undefined });
    this.#execution = new Execution(this.store, controls, {
      rules: fillRules,
      marketPrice: () => this.#tickPrice,
      timeMs: () => this.nowMs,
    });
  }

  /** Whether onTick() has to know every tick. */
  get readsTicks(): boolean {
    return this.#latencyMs > 0 || this.#fillRules.mode === 'market';
  }

  /** Market times of the decisions whose orders wait for a tick of their symbol. */
  get inFlightMs(): number[] {
    return [...this.#inFlight.values()].map(({ dueMs }) => dueMs - this.#latencyMs);
  }

  canSend(): boolean {
    return true;
  }

  send(order: Order): void {
    const { symbol, time: decidedMs = this.nowMs } = order;
    if (this.#latencyMs === 0) {
      this.nowMs = decidedMs;
      this.#execute(order);
      return;
    }
    assertInvariant(!this.#inFlight.has(symbol), 'a symbol has one order in flight');
    this.#inFlight.set(symbol, { order, dueMs: decidedMs + this.#latencyMs });
  }

  /** A tick: an order of its symbol that is due meets its price, in USD. Call it before the trader sees the tick. */
  onTick(symbol: string, price: number, timeMs: number): void {
    this.#tickPrice = price;
    const waiting = this.#inFlight.get(symbol);
    if (waiting === undefined || waiting.dueMs > timeMs) return;
    this.#inFlight.delete(symbol);
    this.nowMs = timeMs;
    const { order } = waiting;
    this.#execute(this.#fillRules.mode === 'order' ? { ...order, price } : order);
  }

  #execute(order: Order): void {
    const [{ report }] = this.#execution.execute([{ strategy: this.#strategyName, order }]);
    this.#onReport(report, order);
  }
}
