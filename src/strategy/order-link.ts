// The strategy's end of whatever way its orders go, and how the settings choose it.

import type { Order } from '../domain/orders.ts';
import type { NewsClientHandler, NewsSource } from '../market-data/news-client.ts';
import type { StrategyLane } from '../order-lane/strategy-lane.ts';
import type { Log } from '../platform/log.ts';
import { type ClientCredentials, orderHostOf } from '../security/order-access.ts';
import { PLAIN_LOGON_AFTER_MS } from '../settings/plain-peers.ts';
import type { StrategyProcessSettings } from '../settings/settings.ts';
import { LanePath } from './order-path.ts';
import { OrderSession, type OrderSessionHandler } from './order-session.ts';
import type { PendingOrders } from './pending-orders.ts';

/** Sends orders and reports their answers to an OrderSessionHandler. */
export interface OrderLink {
  /** Whether a message is due on the connection. */
  readonly expectsMessage: boolean;
  /** Passes on the reports that are there already. Called for every batch of ticks. */
  poll(): void;
  /** Called when there are no ticks. */
  spendPause(): void;
  start(): void;
  /** Waits up to 3 s for the reports of pending orders, then disconnects. */
  stop(): Promise<void>;
  /** Whether an order can be sent now. */
  canSend(): boolean;
  /**
   * Stores the order under `clOrdId`, a new id if left out, then sends it. canSend() must hold, and the symbol have no
   * order pending.
   */
  send(order: Order, clOrdId?: string): void;
}

export interface ClusterLinkOptions {
  readonly strategy: string;
  readonly pending: PendingOrders;
  readonly log: Log;
}

export interface ClusterLinkHandler extends OrderSessionHandler {
  /** NATS refuses this process. */
  onFailed(error: Error): void;
}

/** Opens the way through NATS. Passed in, so that only a process that needs it loads it. */
type OpenClusterLink = (options: ClusterLinkOptions, handler: ClusterLinkHandler) => OrderLink;

/** What a strategy of a cluster does through NATS. */
export interface ClusterWays {
  readonly openLink: OpenClusterLink;
  /** Passes on which server the process is connected to. */
  readonly watch: (onServer: (server: string | undefined) => void) => void;
  readonly openNews: (handler: NewsClientHandler) => NewsSource;
}

export interface OrderLinkParts {
  readonly settings: StrategyProcessSettings;
  readonly credentials: ClientCredentials;
  readonly pending: PendingOrders;
  readonly lane: StrategyLane | undefined;
  /** Wakes the OrderManager at the other end of a lane. */
  readonly ring: () => void;
  readonly log: Log;
  /** Undefined without --nats. */
  readonly openClusterLink: OpenClusterLink | undefined;
}

export function openOrderLink(parts: OrderLinkParts, handler: ClusterLinkHandler): OrderLink {
  const { settings, credentials, pending, lane, ring, log, openClusterLink } = parts;
  const { orderPort: port, strategyName: strategy, plainOrders } = settings;
  if (openClusterLink !== undefined) return openClusterLink({ strategy, pending, log }, handler);
  const session = {
    ...{ host: orderHostOf(settings), port, strategy, pending },
    lane: lane && new LanePath(lane, ring),
    plainAfterMs: plainOrders ? PLAIN_LOGON_AFTER_MS : undefined,
    ...credentials,
  };
  return new OrderSession(session, handler);
}

/** Where orders go, for messages. */
export function orderTarget(settings: StrategyProcessSettings): string {
  return settings.nats?.join(',') ?? `${orderHostOf(settings)}:${settings.orderPort}`;
}
