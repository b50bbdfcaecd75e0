// What the WebSocket carries, as JSON: the whole state once, then changes. The page imports this file, so it
// has only types.

import type { StrategyPosition } from '../domain/positions.ts';

/** How the dashboard was started. */
export interface Setup {
  readonly book: string;
  readonly short: number;
  readonly long: number;
  readonly bullish: number;
  readonly bearish: number;
  readonly quantity: number;
  readonly strategyName: string;
  /** The user's strategy file: its signals are not known here. */
  readonly strategyFile: string | null;
}

/** One symbol. A tuple, because hundreds of them are sent ten times per second. */
export type Row = readonly [
  index: number,
  /** USD; 0 before the first. */
  price: number,
  /** Change since the dashboard first saw the symbol, as a fraction: 0.01 is 1 %. */
  change: number,
  /** 1 BUY, -1 SELL, 0 NEUTRAL; null before enough ticks. */
  signal: number | null,
  /** Shares of all strategies together, signed. */
  position: number,
  /** Realised and unrealised, of all strategies, USD. */
  pnl: number,
  /** Unix time of the last tick, in ms; 0 before the first. */
  tickAt: number,
  /** Whether it is too old to trade on. */
  stale: 0 | 1,
];

/** New symbols of the book, in the order of their indices. */
export interface NewSymbols {
  /** Index of the first. */
  readonly from: number;
  readonly names: readonly string[];
}

/**
 * A tick of the chosen symbol: Unix ms, USD, the averages after it (null before they are full), the sentiment
 * then.
 */
export type Point = readonly [
  at: number,
  price: number,
  short: number | null,
  long: number | null,
  sentiment: number | null,
];

export interface Points {
  readonly symbol: string;
  /** True: these are all; false: they follow the earlier ones. */
  readonly complete: boolean;
  readonly points: readonly Point[];
}

/** One order and its report. */
export interface OrderLine {
  /** An increasing number. */
  readonly line: number;
  /** Unix ms. */
  readonly at: number;
  readonly strategy: string;
  readonly status: 'FILLED' | 'REJECTED';
  readonly orderId?: number;
  readonly symbol?: string;
  readonly side?: 'BUY' | 'SELL';
  readonly quantity?: number;
  /** USD. */
  readonly price?: number;
  /** The strategy's position in the symbol afterwards, in shares. */
  readonly position?: number;
  readonly reason?: string;
}

export interface NewOrders {
  /** True: these are all; false: they follow the earlier ones. */
  readonly complete: boolean;
  /** Oldest first. */
  readonly lines: readonly OrderLine[];
  /** Orders since the last frame that are left out, because there are too many to read. */
  readonly skipped: number;
}

export interface NewPositions {
  readonly complete: boolean;
  readonly lines: readonly StrategyPosition[];
}

export type ProcessName = 'gateway' | 'orderbook' | 'strategy' | 'order-manager';

/** One process. */
export interface ProcessLine {
  readonly name: ProcessName;
  readonly state: 'running' | 'stuck' | 'dead' | 'not started';
  readonly pid: number;
  /** How often it was restarted, as far as is known. */
  readonly restarts: number;
  /** Seconds since its last heartbeat. */
  readonly silentS: number;
  /** Share of one core over the last second; null: not known. */
  readonly cpu: number | null;
  /** Resident bytes; null: not known. */
  readonly memory: number | null;
  /** Ticks or orders per second. */
  readonly rate: number;
}

/** A reader of the ring. */
export interface ReaderLine {
  readonly name: string;
  readonly pid: number;
  /** Ticks it is behind. */
  readonly lag: number;
  /** Ticks it lost. */
  readonly lapped: number;
}

/** What is wrong with each source of the dashboard; null: nothing. */
export interface SourceLines {
  readonly book: string | null;
  readonly news: string | null;
  readonly orders: string | null;
  /** Too many ticks per second to read each: signals and the chart use samples. */
  readonly sampling: boolean;
  /** Halts that the OrderManager obeys: of all trading, or of one strategy. */
  readonly halts: number;
  /** Symbols in the book, of which at most `SYMBOLS_SHOWN_MAX` are shown. */
  readonly symbolsInBook: number;
  /** Share of one core that the dashboard uses. */
  readonly ownCpu: number | null;
}

/** One second of the run. */
export interface Second {
  /** Unix ms. */
  readonly at: number;
  /** Ticks per second into the price book. */
  readonly ticks: number;
  readonly orders: number;
  /** Latency from a tick leaving the Gateway to the decision on it, ns; null without decisions. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** Decisions of this second by their latency: counts, in the order of the bounds; empty: not known. */
  readonly buckets: readonly number[];
  /** USD. */
  readonly realised: number;
  readonly unrealised: number;
}

/** Something that happened to the stack. */
export interface EventLine {
  /** An increasing number. */
  readonly line: number;
  /** Unix ms. */
  readonly at: number;
  readonly kind: 'bad' | 'good' | 'note';
  readonly text: string;
}

/** Changes since the last frame; an absent part has not changed. */
export interface Changes {
  /** Unix ms. */
  readonly at: number;
  readonly symbols?: NewSymbols;
  readonly rows?: readonly Row[];
  /** 0 to 100; null: no live news. */
  readonly sentiment?: number | null;
  readonly orders?: NewOrders;
  readonly positions?: NewPositions;
  readonly processes?: readonly ProcessLine[];
  readonly readers?: readonly ReaderLine[];
  readonly sources?: SourceLines;
  readonly seconds?: readonly Second[];
  readonly events?: readonly EventLine[];
  readonly points?: Points;
}

export interface Frame extends Changes {
  readonly type: 'frame';
}

/** The first message, and again when a screen has missed some: it replaces everything. */
export interface State extends Changes {
  readonly type: 'state';
  readonly setup: Setup;
  /** Upper bounds of the latency buckets, ns. */
  readonly bucketBounds: readonly number[];
}

export type Message = State | Frame;
