// What goes over the WebSocket, as JSON: the whole state once, then what has changed since. Shared with the page, so
// there are types here and nothing else.

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
  /** A strategy of the user's own: its signals cannot be known here. */
  readonly strategyFile: string | null;
}

/** One symbol now. A tuple: hundreds of them go out ten times a second. */
export type Row = readonly [
  index: number,
  /** USD; 0 before the first. */
  price: number,
  /** Since the dashboard first saw it, as a fraction: 0.01 is 1 %. */
  change: number,
  /** 1 BUY, -1 SELL, 0 NEUTRAL, null: too few ticks yet. */
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

/** Symbols that came into the book, in the order of their indices. */
export interface NewSymbols {
  /** Index of the first. */
  readonly from: number;
  readonly names: readonly string[];
}

/** A tick of the chosen symbol: Unix ms, USD, the averages after it (null: not full yet), the sentiment at its time. */
export type Point = readonly [
  at: number,
  price: number,
  short: number | null,
  long: number | null,
  sentiment: number | null,
];

export interface Points {
  readonly symbol: string;
  /** True: these are all; false: they follow those before. */
  readonly afresh: boolean;
  readonly points: readonly Point[];
}

/** One order and its report. */
export interface OrderLine {
  /** A number of its own, growing. */
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
  /** What the strategy holds of the symbol afterwards. */
  readonly position?: number;
  readonly reason?: string;
}

export interface NewOrders {
  /** True: these are all that are known; false: they follow those before. */
  readonly afresh: boolean;
  /** Oldest first. */
  readonly lines: readonly OrderLine[];
  /** Orders that came between two frames and are not among the lines, because no eye could follow. */
  readonly skipped: number;
}

export interface NewPositions {
  readonly afresh: boolean;
  readonly lines: readonly StrategyPosition[];
}

export type ProcessName = 'gateway' | 'orderbook' | 'strategy' | 'order-manager';

/** One process now. */
export interface ProcessLine {
  readonly name: ProcessName;
  readonly state: 'running' | 'stuck' | 'dead' | 'not started';
  readonly pid: number;
  /** How often it was started again, as far as is known. */
  readonly restarts: number;
  /** Since it last showed that it lives. */
  readonly silentS: number;
  /** Share of one core over the last second; null: not known. */
  readonly cpu: number | null;
  /** Resident bytes; null: not known. */
  readonly memory: number | null;
  /** What it does a second, with the word for it. */
  readonly rate: number;
}

/** A reader of the ring. */
export interface ReaderLine {
  readonly name: string;
  readonly pid: number;
  /** Ticks that it is behind. */
  readonly lag: number;
  /** Ticks that it lost. */
  readonly lapped: number;
}

/** The sources of the dashboard, each in a few words; null: it is there. */
export interface SourceLines {
  readonly book: string | null;
  readonly news: string | null;
  readonly orders: string | null;
  /** Ticks a second are too many to look at each: signals and the chart come from samples. */
  readonly sampling: boolean;
  /** Halts of the kill switch that the OrderManager holds to: of all, or of one strategy. */
  readonly halts: number;
  /** Symbols in the book, of which at most `SYMBOLS_SHOWN_MAX` are shown. */
  readonly symbolsInBook: number;
  /** Share of one core that the dashboard itself takes. */
  readonly ownCpu: number | null;
}

/** One second of the run. */
export interface Second {
  /** Unix ms. */
  readonly at: number;
  /** Ticks a second into the price book. */
  readonly ticks: number;
  readonly orders: number;
  /** From a tick's leaving the Gateway to the decision on it, ns; null: nothing decided yet. */
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
  /** A number of its own, growing. */
  readonly line: number;
  /** Unix ms. */
  readonly at: number;
  readonly kind: 'bad' | 'good' | 'note';
  readonly text: string;
}

/** What changes from frame to frame; a part that is absent is as it was. */
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

/** The first message, and again whenever a screen has missed some: forget all, and begin with this. */
export interface State extends Changes {
  readonly type: 'state';
  readonly setup: Setup;
  /** Upper bounds of the latency buckets, ns. */
  readonly bucketBounds: readonly number[];
}

export type Message = State | Frame;
