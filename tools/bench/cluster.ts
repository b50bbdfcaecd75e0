// Gateway ══ NATS, one server or three ══▶ OrderBook         orders ══▶ TL_ORD_0 ──▶ OrderManager ══▶ TL_REP_0
//    └────── beside it, in turn: TCP ─────────▲               every order is on disk before it counts

import { setTimeout as sleep } from 'node:timers/promises';
import { nowNs } from '@tickline/posix';
import { type Cluster, connectCluster } from '../../src/cluster/connection.ts';
import { ACCOUNT, orderSubject, sendOrder } from '../../src/cluster/order-log.ts';
import { ShardPublisher } from '../../src/cluster/shard-publisher.ts';
import { ShardReader } from '../../src/cluster/shard-reader.ts';
import { steadyWallNs } from '../../src/cluster/steady-clock.ts';
import { requireStream, tickStream, tickSubject } from '../../src/cluster/streams.ts';
import { HEADER_BYTES, writeHeader } from '../../src/cluster/tick-message.ts';
import { SILENT_LOG } from '../../src/platform/silent-log.ts';
import { frameOf, lineOf } from '../../src/strategy/order-keeper.ts';
import { NatsServers, withoutNats } from '../testing/nats-server.ts';
import type { Stack } from '../testing/stack.ts';
import { type Bench, type Benchmark, type Case, measures } from './benchmark.ts';
import { inTurn } from './in-turn.ts';
import { FULL_SPEED, startFeed } from './start.ts';
import { measureWindow } from './window.ts';
import { withStack } from './with-stack.ts';

const PROBES_PER_S = 200;
const PROBE_BYTES = 4_000;
const ORDERS = 5_000;
const ORDERS_IN_FLIGHT = 200;
/** Longer than an election. */
const OUTAGE_MS = 20_000;
const POLL_MS = 5;

const ignore = (): void => {};

type Name = 'ticks applied' | 'p50' | 'p99' | 'without prices' | 'orders';
/** Missing: it does not apply. */
type Sample = Partial<Record<Name, number>>;

export const cluster: Benchmark = {
  name: 'cluster',
  title: 'Over NATS JetStream',
  about:
    'The ticks of 500 symbols at full speed over TCP, through one NATS server and through three, in turn; then the delay of messages of 4 kB, 200 per second; the longest time without a tick when the server that leads a shard is killed; and orders per second. Only the servers of orders sync every message (sync_interval: always).',
  file: 'cluster.ts',
  run: async (bench) => {
    const missing = withoutNats();
    if (missing !== false) return [{ name: 'all', measures: {}, note: `left out: ${missing}` }];
    const samples = await inTurn<Sample>(
      bench,
      new Map([
        ['TCP', () => overTcp(bench)],
        ['NATS, one server', () => overNats(bench, 1)],
        ['NATS, three servers', () => overNats(bench, 3)],
      ]),
    );
    return [...samples].map(([name, taken]) => caseOf(name, taken));
  },
};

const COLUMNS = {
  'ticks applied': ['ticks/s', 'higher'],
  p50: ['ns', 'lower'],
  p99: ['ns', 'lower'],
  'without prices': ['s', 'lower'],
  orders: ['orders/s', 'higher'],
} as const;

function caseOf(name: string, samples: readonly Sample[]): Case {
  const columns = Object.entries(COLUMNS).filter(([column]) => samples.every((one) => column in one));
  const complete = samples as readonly Record<Name, number>[];
  return { name, measures: measures(complete, Object.fromEntries(columns) as typeof COLUMNS) };
}

function overTcp({ effort }: Bench): Promise<Sample> {
  return withStack(async (stack) => {
    const { book, pids } = await startFeed(stack, FULL_SPEED);
    await stack.runFor(effort.warmUpMs);
    return rateOf(await measureWindow(stack, book, pids, effort.windowMs));
  });
}

function rateOf({ grown, seconds }: Awaited<ReturnType<typeof measureWindow>>): Sample {
  return { 'ticks applied': grown['orderbook.ticksApplied'] / seconds };
}

/** Prices through servers that sync every 2 minutes, as they do by default; orders through servers that sync every message. */
async function overNats(bench: Bench, count: 1 | 3): Promise<Sample> {
  const prices = await withServers(count, false, (servers) => pricesThrough(bench, servers));
  const orders = await withServers(count, true, (servers) =>
    withStack((stack) => ordersPerSecond(stack, servers, bench.effort.quick)),
  );
  return { ...prices, orders };
}

async function withServers<T>(
  count: 1 | 3,
  syncAlways: boolean,
  body: (servers: NatsServers) => Promise<T>,
): Promise<T> {
  const servers = await NatsServers.start(count, { syncAlways });
  try {
    return await body(servers);
  } finally {
    await servers.close();
  }
}

async function pricesThrough({ effort }: Bench, servers: NatsServers): Promise<Sample> {
  const delays = await withClient(servers, (client) => probe(client, effort.windowMs));
  const rate = await withStack(async (stack) => {
    const { lossless: _, ...feed } = FULL_SPEED;
    const nats = { nats: servers.urls.join(',') };
    const { book, pids } = await startFeed(stack, { ...feed, ...nats }, nats);
    await stack.runFor(effort.warmUpMs);
    return rateOf(await measureWindow(stack, book, pids, effort.windowMs));
  });
  if (servers.urls.length === 1) return { ...rate, ...delays };
  return { ...rate, ...delays, 'without prices': await withStack((stack) => outageOf(stack, servers)) };
}

async function withClient<T>({ urls }: NatsServers, body: (client: Cluster) => Promise<T>): Promise<T> {
  const client = await connectCluster({ nats: urls }, 'command', SILENT_LOG, new AbortController().signal);
  try {
    return await body(client);
  } finally {
    await client.close();
  }
}

/** Messages from a publisher to a reader of one process, so that one clock times them. */
async function probe(client: Cluster, windowMs: number): Promise<Sample> {
  await requireStream(client, tickStream(0), new AbortController().signal);
  const delays: number[] = [];
  const reader = new ShardReader(client, 0, undefined, {
    ...{ onSnapshot: ignore, onBadMessage: ignore, onReading: ignore, onDown: ignore, onFailed: ignore },
    onMessage: (_, { header, isNew }) => isNew && delays.push(steadyWallNs() - header.wallNs),
  });
  const place = { stream: tickStream(0).name, subject: tickSubject(0), last: 0 };
  const handler = { onStored: ignore, onRoom: ignore, onRetry: ignore, onStalled: ignore, onFailed: ignore };
  const publisher = new ShardPublisher(client, place, handler, nowNs);
  reader.start();
  for (let first = 1; first <= Math.max(PROBES_PER_S, (windowMs / 1_000) * PROBES_PER_S); first++) {
    const bytes = new Uint8Array(HEADER_BYTES + PROBE_BYTES);
    const header = {
      kind: 0,
      writer: 1,
      runId: 1,
      first,
      count: 1,
      wallNs: 0,
      ageNs: 0,
      position: first,
    } as const;
    writeHeader(bytes, header);
    publisher.publish({ bytes, count: 1, sinceNs: nowNs() });
    await sleep(1_000 / PROBES_PER_S);
  }
  await publisher.whenIdle();
  await sleep(1_000);
  reader.stop();
  delays.sort((a, b) => a - b);
  const at = (share: number) => delays[Math.floor(share * (delays.length - 1))];
  return { p50: at(0.5), p99: at(0.99) };
}

/** Until every order has its report. */
async function ordersPerSecond(stack: Stack, servers: NatsServers, quick: boolean): Promise<number> {
  stack.start('orderbook');
  const book = await stack.untilBook();
  stack.start('order-manager', '--nats', servers.urls.join(','));
  await stack.until('it is active', () => book.counter('order-manager.active') === 1);
  const count = quick ? ORDERS / 10 : ORDERS;
  const answered = () =>
    book.counter('order-manager.ordersFilled') + book.counter('order-manager.ordersRejected');
  return withClient(servers, async (client) => {
    const since = performance.now();
    let sent = 0;
    const sender = async () => {
      while (sent < count) await sendOne(client, ++sent);
    };
    await Promise.all(Array.from({ length: ORDERS_IN_FLIGHT }, sender));
    await stack.until('every order is answered', () => answered() >= count);
    return (1_000 * count) / (performance.now() - since);
  });
}

function sendOne(client: Cluster, number: number): Promise<void> {
  const strategy = `s${number % 100}`;
  const clOrdId = `b${number}`;
  const side = number % 200 < 100 ? 'BUY' : 'SELL';
  const text = lineOf(frameOf({ clOrdId, symbol: 'AAPL', side, quantity: 1, price: 100 }));
  const order = { subject: orderSubject(ACCOUNT, strategy), id: `${strategy}:${clOrdId}`, text };
  return sendOrder(client, order, () => true, ignore);
}

/** The longest time without a tick of the shard, in s. */
async function outageOf(stack: Stack, servers: NatsServers): Promise<number> {
  const nats = { nats: servers.urls.join(',') };
  const feed = { ...nats, source: 'random', symbols: 500, rate: 20_000 };
  const { book } = await startFeed(stack, feed, nats);
  const next = () => book.shardPosition(0)?.next ?? 0;
  await stack.until('the shard has ticks', () => next() > 1_000);
  const leader = await servers.leaderOf(tickStream(0).name);
  await leader?.stop();
  let [seen, longest] = [next(), 0];
  let seenAt = performance.now();
  for (const until = seenAt + OUTAGE_MS; performance.now() < until; await sleep(POLL_MS)) {
    if (next() !== seen) [seen, seenAt] = [next(), performance.now()];
    longest = Math.max(longest, performance.now() - seenAt);
  }
  leader?.start();
  return longest / 1_000;
}
