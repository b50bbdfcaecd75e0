// What the live feed asks of an exchange: pure rules of one protocol, without a connection.

import type { Timestamp } from '../timestamp.ts';

/** A trade as the exchange sent it. */
export interface Trade {
  readonly kind: 'trade';
  /** The exchange's own name of the symbol. */
  readonly symbol: string;
  /** The digits of the message, unchecked. */
  readonly price: string;
  /** Increases by 1 per trade of a symbol. */
  readonly tradeId: number;
  readonly time: Timestamp;
}

/** One piece of a message. A message has one or more. */
export type MessagePart =
  | Trade
  /** The latest trade of a symbol, made before the subscription: it moves no price, but its id shows a gap. */
  | { readonly kind: 'last-trade'; readonly symbol: string; readonly tradeId: number }
  /** The connection lives. `tradeId`: the latest trade of `symbol`, which may still be on its way. */
  | { readonly kind: 'heartbeat'; readonly symbol?: string; readonly tradeId?: number }
  /** Confirms a subscription: see Subscription.keys. */
  | { readonly kind: 'subscribed'; readonly key: string }
  /** Refuses a subscription, or without a key all that are not confirmed yet. */
  | { readonly kind: 'refused'; readonly key?: string; readonly reason: string; readonly tooFast: boolean }
  /** The exchange reports its condition. `open`: whether it matches orders. */
  | { readonly kind: 'condition'; readonly open: boolean; readonly text: string }
  /** The server disconnects soon: the next connection has to be opened first. */
  | { readonly kind: 'shutdown' }
  /** Valid, and of no use here. */
  | { readonly kind: 'other' }
  /** Not what the protocol says. */
  | { readonly kind: 'malformed'; readonly problem: string };

/** One message to send, and how the exchange confirms it. */
export interface Subscription {
  readonly message: string;
  /** The confirmations that have to arrive. */
  readonly keys: readonly string[];
}

/** How an exchange shows that a connection lives. `message`: in one without other messages. */
export interface Heartbeat {
  readonly by: 'message' | 'message per symbol' | 'ping';
  /** Between two of them. */
  readonly everyMs: number;
}

/** What an exchange tolerates. */
export interface ExchangeLimits {
  /** Messages per second that a client may send, with a reserve for pings and pongs. */
  readonly messagesPerSecond: number;
  readonly symbolsMax: number;
  /** The exchange closes every connection after this long; undefined: it does not. */
  readonly lifetimeMs?: number;
}

export interface Exchange {
  readonly name: string;
  /** Where it is reached. */
  readonly url: string;
  readonly limits: ExchangeLimits;
  readonly heartbeat: Heartbeat;
  /** The symbols of a run that names none, in the exchange's own form. */
  readonly defaultSymbols: readonly string[];
  /** What symbols look like, for messages. */
  readonly symbolForm: string;
  /** The exchange's own name of a symbol; undefined if it cannot have one of this form. */
  nativeSymbol(symbol: string): string | undefined;
  /** The messages that subscribe to all trades of `symbols`, which are its own names. */
  subscriptions(symbols: readonly string[]): readonly Subscription[];
  /** The parts of a message. Never throws: bad input is a part, too. */
  parse(text: string): readonly MessagePart[];
}
