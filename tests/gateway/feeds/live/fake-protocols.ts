// What exchanges demand and answer, written down a second time: by their documentation, not by the client.

/** What one message of a client asks for. */
export interface Request {
  readonly replies: readonly string[];
  /** Symbols that it subscribes to. */
  readonly symbols: readonly string[];
}

export interface FakeProtocol {
  readonly symbols: readonly [string, string];
  /** A client that has not subscribed by then is cut off. */
  readonly subscribeWithinMs: number;
  /** Messages, pings and pongs per second of one client; one more, and it is cut off. */
  readonly messagesPerSecond: number;
  /** Whether the server pings, and cuts off a client that does not answer. */
  readonly pings: boolean;
  readonly greeting: readonly string[];
  answer(text: string, isKnown: (symbol: string) => boolean): Request;
  heartbeats(lastIds: ReadonlyMap<string, number>): readonly string[];
  trade(symbol: string, id: number, price: string, timeMs: number): string;
}

export const FAKE_KRAKEN: FakeProtocol = {
  symbols: ['BTC/USD', 'ETH/USD'],
  subscribeWithinMs: 60_000,
  messagesPerSecond: 10,
  pings: false,
  greeting: [
    '{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2","connection_id":1}]}',
  ],
  answer(text, isKnown) {
    const { method, params } = JSON.parse(text);
    if (method !== 'subscribe' || params.channel !== 'trade') return refuse('{"error":"Unknown method"}');
    const symbols: string[] = params.symbol;
    const replies = symbols.map((symbol) =>
      isKnown(symbol)
        ? `{"method":"subscribe","result":{"channel":"trade","snapshot":false,"symbol":"${symbol}"},"success":true}`
        : `{"error":"Currency pair not supported ${symbol}","method":"subscribe","success":false,"symbol":"${symbol}"}`,
    );
    return { replies, symbols: symbols.filter(isKnown) };
  },
  heartbeats: () => ['{"channel":"heartbeat"}'],
  trade: (symbol, id, price, timeMs) =>
    `{"channel":"trade","type":"update","data":[{"symbol":"${symbol}","side":"buy","price":${price},` +
    `"qty":0.1,"ord_type":"limit","trade_id":${id},"timestamp":"${new Date(timeMs).toISOString()}"}]}`,
};

export const FAKE_COINBASE: FakeProtocol = {
  symbols: ['BTC-USD', 'ETH-USD'],
  subscribeWithinMs: 5_000,
  messagesPerSecond: 8,
  pings: false,
  greeting: [],
  answer(text, isKnown) {
    const { type, product_ids: products, channels } = JSON.parse(text);
    const unknown = products?.find((product: string) => !isKnown(product));
    if (type !== 'subscribe' || !channels.includes('matches'))
      return refuse('{"type":"error","message":"?"}');
    if (unknown !== undefined)
      return refuse(
        `{"type":"error","message":"Failed to subscribe","reason":"${unknown} is not a valid product"}`,
      );
    const confirmed = channels.map((name: string) => ({ name, product_ids: products }));
    return { replies: [JSON.stringify({ type: 'subscriptions', channels: confirmed })], symbols: products };
  },
  heartbeats: (lastIds) =>
    [...lastIds].map(
      ([product, id]) =>
        `{"type":"heartbeat","last_trade_id":${id},"product_id":"${product}","sequence":${id},"time":"2026-03-01T00:00:00.000000Z"}`,
    ),
  trade: (symbol, id, price, timeMs) =>
    `{"type":"match","trade_id":${id},"maker_order_id":"m","taker_order_id":"t","side":"sell","size":"0.1",` +
    `"price":"${price}","product_id":"${symbol}","sequence":${id},"time":"${new Date(timeMs).toISOString()}"}`,
};

export const FAKE_BINANCE: FakeProtocol = {
  symbols: ['BTCUSDT', 'ETHUSDT'],
  subscribeWithinMs: 60_000,
  messagesPerSecond: 5,
  pings: true,
  greeting: [],
  answer(text) {
    const { method, params, id } = JSON.parse(text);
    if (method !== 'SUBSCRIBE') return refuse(`{"error":{"code":2,"msg":"Invalid request"},"id":${id}}`);
    // It confirms streams that do not exist, too.
    const symbols = params.map((stream: string) => stream.replace('@trade', '').toUpperCase());
    return { replies: [`{"result":null,"id":${id}}`], symbols };
  },
  heartbeats: () => [],
  trade: (symbol, id, price, timeMs) =>
    `{"stream":"${symbol.toLowerCase()}@trade","data":{"e":"trade","E":${timeMs + 1},"s":"${symbol}","t":${id},` +
    `"p":"${price}","q":"0.1","T":${timeMs},"m":true,"M":true}}`,
};

function refuse(reply: string): Request {
  return { replies: [reply], symbols: [] };
}
