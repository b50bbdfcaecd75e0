// Kraken's WebSocket protocol, version 2. Prices are JSON numbers, so their digits are taken from the text.
// https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/trade

import { type ExactObject, exactJson, listIn, objectIn, textIn } from './exact-json.ts';
import type { Exchange, MessagePart, Subscription } from './exchange.ts';
import { lastTradePart, malformed, OTHER, tradePart } from './parts.ts';

/** Keeps a subscription well below the size that a server refuses. */
const SYMBOLS_PER_MESSAGE = 100;

export const KRAKEN: Exchange = {
  name: 'kraken',
  url: 'wss://ws.kraken.com/v2',
  limits: { messagesPerSecond: 5, symbolsMax: 1_000 },
  heartbeat: { by: 'message', everyMs: 1_000 },
  defaultSymbols: ['BTC/USD', 'ETH/USD'],
  symbolForm: 'BTC/USD',

  nativeSymbol(symbol) {
    const [, base, quote] = /^([A-Z0-9.]{1,12})[/-]([A-Z0-9.]{1,12})$/.exec(symbol) ?? [];
    return base === undefined ? undefined : `${base}/${quote}`;
  },

  subscriptions(symbols) {
    return chunks(symbols).map((keys): Subscription => {
      const params = { channel: 'trade', symbol: keys, snapshot: false };
      return { message: JSON.stringify({ method: 'subscribe', params }), keys };
    });
  },

  parse(text) {
    const json = exactJson(text);
    if (json === undefined) return [malformed('JSON', text)];
    const message = objectIn(json);
    const { channel, method } = message;
    if (channel === 'heartbeat') return [{ kind: 'heartbeat' }];
    if (channel === 'trade') return trades(text, message);
    if (channel === 'status') return [condition(message)];
    if (method === 'subscribe') return [answer(message)];
    if (message.error !== undefined) return [refusal(message)];
    return channel === undefined && method === undefined ? [malformed('a channel or a method', text)] : OTHER;
  },
};

function chunks(symbols: readonly string[]): (readonly string[])[] {
  const count = Math.ceil(symbols.length / SYMBOLS_PER_MESSAGE);
  return Array.from({ length: count }, (_, index) =>
    symbols.slice(index * SYMBOLS_PER_MESSAGE, (index + 1) * SYMBOLS_PER_MESSAGE),
  );
}

function trades(text: string, { type, data }: ExactObject): MessagePart[] {
  const list = listIn(data).map(objectIn);
  if (list.length === 0) return [malformed('a list of trades', text)];
  if (type === 'snapshot') {
    return list.map(({ symbol, trade_id }) => lastTradePart(text, symbol, trade_id));
  }
  return list.map(({ symbol, price, trade_id: tradeId, timestamp: time }) =>
    tradePart(text, { symbol, price, tradeId, time }),
  );
}

function condition({ data }: ExactObject): MessagePart {
  const [first] = listIn(data);
  const system = textIn(objectIn(first).system);
  return { kind: 'condition', open: system !== 'maintenance' && system !== 'cancel_only', text: system };
}

function answer(message: ExactObject): MessagePart {
  if (message.success !== true) return refusal(message);
  const { channel, symbol } = objectIn(message.result);
  return channel === 'trade' ? { kind: 'subscribed', key: textIn(symbol) } : { kind: 'other' };
}

function refusal({ error, symbol }: ExactObject): MessagePart {
  const reason = textIn(error) || 'no reason given';
  const tooFast = /rate/i.test(reason);
  const key = textIn(symbol);
  return key === '' ? { kind: 'refused', reason, tooFast } : { kind: 'refused', key, reason, tooFast };
}
