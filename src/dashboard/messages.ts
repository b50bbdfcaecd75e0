// What the WebSocket carries, as JSON: the whole state once, then changes. The page imports this file, so it
// has only types.

import type { StrategyPosition } from '../domain/positions.ts';

/** What a chart can show: ticks, or candles of one length. */
export interface RangeLine {
  /** In links and requests. */
  readonly id: string;
  readonly title: string;
  /** Length of a candle; 0: ticks. */
  readonly seconds: number;
}

/** The stack and its parameters: those of the running processes, or else the dashboard's own options. */
export interface Setup {
  /** Its name. */
  readonly stack: string;
  /** File of the price book. */
  readonly book: string;
  /** Where prices come from: the name of the feed, with its file if it has one; null: not known. */
  readonly data: string | null;
  /** The order record; null: not known. */
  readonly record: string | null;
  /** The folder of the logs, which is that of the run; null: not known. */
  readonly logs: string | null;
  /** Halts all trading of this stack. */
  readonly haltCommand: string;
  /** Undoes it. */
  readonly resumeCommand: string;
  /** All that count in the book, dead ones too; before the first, the one that the dashboard's own options name. */
  readonly strategies: readonly StrategySetup[];
  /** Whether these run or ran; false: they are the dashboard's own options. */
  readonly strategiesSeen: boolean;
  readonly ranges: readonly RangeLine[];
}

/** What a strategy was started with. */
export interface StrategySetup {
  readonly name: string;
  /** The user's strategy file; null: the crossover, or not known. */
  readonly file: string | null;
  /** Its parameters: `short 5, long 20`. Of a file those that were given. */
  readonly parameters: string;
  /** The sentiments between which the crossover does not trade; null: only the strategy knows. */
  readonly newsNeutral: { readonly from: number; readonly to: number } | null;
}

/** One symbol. A tuple, because hundreds of them are sent ten times per second. */
export type Row = readonly [
  index: number,
  /** USD; 0 before the first. */
  price: number,
  /** Change since the dashboard first saw the symbol, as a fraction: 0.01 is 1 %. */
  change: number,
  /** Unix time of the last tick, in ms; 0 before the first. */
  tickAt: number,
  /** Whether it is too old to trade on. */
  stale: 0 | 1,
  /** Of each publisher: 1 BUY, -1 SELL, 0 NEUTRAL; null: none. */
  ...signals: (number | null)[],
];

/** New symbols of the book, in the order of their indices. */
export interface NewSymbols {
  /** Index of the first. */
  readonly from: number;
  readonly names: readonly string[];
}

/**
 * A tick of the chosen symbol: Unix ms of its arrival, USD, the sentiment then, and its market time in ms, if that is
 * another than the arrival.
 */
export type Point = readonly [at: number, price: number, sentiment: number | null, market: number | null];

/**
 * Its start in Unix ms, four prices in USD, the sentiment at its end, and the market time of its last tick in ms, if that
 * is another than the arrival.
 */
export type Candle = readonly [
  at: number,
  open: number,
  high: number,
  low: number,
  close: number,
  sentiment: number | null,
  market: number | null,
];

export interface IndicatorLine {
  readonly name: string;
  /** `price`: in USD, drawn over the price. */
  readonly scale: 'price' | 'own';
}

/** What a strategy publishes: its signals are in the rows, and its values in the chart. */
export interface PublisherLine {
  readonly strategy: string;
  readonly indicators: readonly IndicatorLine[];
  /** Whether it has published within the last seconds. */
  readonly isLive: boolean;
  /** Why its signal file cannot be read; null: it can, or is not there. */
  readonly problem: string | null;
}

/** Unix ms of the last tick before it, and the value of each indicator; null: none. */
export type IndicatorSample = readonly [at: number, ...values: (number | null)[]];

/** The chart of one symbol and one range. */
export interface ChartLines {
  readonly symbol: string;
  readonly range: string;
  /** True: these are all; false: they follow the earlier ones. */
  readonly complete: boolean;
  /** Empty unless the range is of ticks. */
  readonly points: readonly Point[];
  /** A candle with a start that came before replaces that one. Empty if the range is of ticks. */
  readonly candles: readonly Candle[];
  /** Of each publisher: samples that follow the earlier ones, oldest first. Empty unless the range is of ticks. */
  readonly indicators: readonly (readonly IndicatorSample[])[];
  /** Trades in the symbol: all that are kept if complete, else those since the last frame. Oldest first. */
  readonly trades: readonly OrderLine[];
}

/** One order and its report. A fill is a trade. */
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
  /** The order's own price, if it was filled at another, USD. */
  readonly limit?: number;
  /** USD. */
  readonly fee?: number;
  /** The strategy's position in the symbol afterwards, in shares. */
  readonly position?: number;
  /** Its market time, in ms since 1970 UTC. */
  readonly marketTime?: number;
  readonly reason?: string;
  /** Why the strategy sent it, in its words. */
  readonly note?: string;
}

export interface NewOrders {
  /** True: these are all; false: they follow the earlier ones. */
  readonly complete: boolean;
  /** Oldest first. */
  readonly lines: readonly OrderLine[];
  /** Orders since the last frame that are left out, because there are too many to read. */
  readonly skipped: number;
}

/** What became of the orders of a strategy since the dashboard started. */
export interface StrategyLine {
  readonly name: string;
  readonly filled: number;
  readonly rejected: number;
  /** USD. */
  readonly fees: number;
  /** Fills that closed shares with a gain, and with a loss. */
  readonly gains: number;
  readonly losses: number;
}

export interface NewPositions {
  readonly complete: boolean;
  readonly lines: readonly StrategyPosition[];
}

export type ProcessName = 'gateway' | 'orderbook' | 'strategy' | 'order-manager';

/** What a Strategy counts. */
export interface StrategyCard {
  readonly name: string;
  /** Orders, and their reports. */
  readonly sent: number;
  readonly filled: number;
  readonly rejected: number;
}

/** One process: each of several strategies has a line. */
export interface ProcessLine {
  /** Differs from those of all others. */
  readonly id: string;
  readonly name: ProcessName;
  readonly state: 'running' | 'stuck' | 'dead' | 'ended' | 'not seen';
  readonly pid: number;
  /** How often it was restarted, as far as is known. */
  readonly restarts: number;
  /** Seconds since its last heartbeat. */
  readonly silentS: number;
  /** Unix ms of its last death as far as is known, even if it was restarted; null: none. */
  readonly diedAt: number | null;
  /** Share of one core over the last second; null: not known. */
  readonly cpu: number | null;
  /** Resident bytes; null: not known. */
  readonly memory: number | null;
  /** Ticks or orders per second. */
  readonly rate: number;
  /** Null: another process, or a Strategy that has not started. */
  readonly strategy: StrategyCard | null;
  /** What there is to know of it in a cluster, server of NATS first; empty without --nats. */
  readonly cluster: readonly { readonly text: string; readonly isBad: boolean }[];
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
  /** The Gateway's source of prices delivers none. */
  readonly feed: string | null;
  /** That the data has ended, and after how many ticks; null while it has not. */
  readonly ended: string | null;
  /** Too many ticks per second to read each: candles and the chart use samples. */
  readonly sampling: boolean;
  /** What the OrderManager rejects because of the kill switch: all orders, or those of some strategies. */
  readonly halts: { readonly all: boolean; readonly strategies: readonly string[] };
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
}

/** P&L in USD at one time: realised and unrealised of all, then of each strategy in the order of their lines. */
export type EquityPoint = readonly [at: number, realised: number, unrealised: number, ...ofEach: number[]];

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
  /** They follow the earlier ones. */
  readonly equity?: readonly EquityPoint[];
  /** All strategies that have a position or an order. */
  readonly strategies?: readonly StrategyLine[];
  /** All strategies that publish or have published. */
  readonly publishers?: readonly PublisherLine[];
  /** Of another process that was started with other options. */
  readonly setup?: Setup;
  readonly events?: readonly EventLine[];
  readonly chart?: ChartLines;
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
