// Coinbase Exchange's WebSocket protocol: the channels `matches` and `heartbeat`. Prices are strings.
// https://docs.cdp.coinbase.com/exchange/websocket-feed/channels

import { type ExactObject, exactJson, idIn, listIn, objectIn, textIn } from './exact-json.ts';
import type { Exchange, MessagePart } from './exchange.ts';
import { lastTradePart, malformed, OTHER, tradePart } from './parts.ts';

export const COINBASE: Exchange = {
  name: 'coinbase',
  url: 'wss://ws-feed.exchange.coinbase.com',
  limits: { messagesPerSecond: 4, symbolsMax: 500 },
  heartbeat: { by: 'message per symbol', everyMs: 1_000 },
  defaultSymbols: ['BTC-USD', 'ETH-USD'],
  symbolForm: 'BTC-USD',

  nativeSymbol(symbol) {
    const [, base, quote] = /^([A-Z0-9]{1,12})[/-]([A-Z0-9]{1,12})$/.exec(symbol) ?? [];
    return base === undefined ? undefined : `${base}-${quote}`;
  },

  // One message: the exchange disconnects a client that has not subscribed within 5 s.
  subscriptions(symbols) {
    const message = { type: 'subscribe', product_ids: symbols, channels: ['matches', 'heartbeat'] };
    return [{ message: JSON.stringify(message), keys: symbols }];
  },

  parse(text) {
    const json = exactJson(text);
    if (json === undefined) return [malformed('JSON', text)];
    const message = objectIn(json);
    switch (message.type) {
      case 'match':
        return [match(text, message)];
      case 'last_match':
        return [lastTradePart(text, message.product_id, message.trade_id)];
      case 'heartbeat':
        return [heartbeat(message)];
      case 'subscriptions':
        return subscribed(message);
      case 'error':
        return [refusal(message)];
      default:
        return message.type === undefined ? [malformed('a type', text)] : OTHER;
    }
  },
};

function match(text: string, { product_id: symbol, price, trade_id: tradeId, time }: ExactObject) {
  return tradePart(text, { symbol, price, tradeId, time });
}

/** For some products the exchange sends 0 as the last trade: then it only shows that the connection lives. */
function heartbeat({ product_id, last_trade_id }: ExactObject): MessagePart {
  const symbol = textIn(product_id);
  const tradeId = idIn(last_trade_id);
  return tradeId === undefined || symbol === ''
    ? { kind: 'heartbeat' }
    : { kind: 'heartbeat', symbol, tradeId };
}

function subscribed({ channels }: ExactObject): readonly MessagePart[] {
  const matches = listIn(channels)
    .map(objectIn)
    .filter(({ name }) => name === 'matches');
  const keys = matches.flatMap(({ product_ids }) => listIn(product_ids).map(textIn));
  return keys.length === 0 ? OTHER : keys.map((key) => ({ kind: 'subscribed', key }));
}

function refusal({ message, reason }: ExactObject): MessagePart {
  const text = [message, reason].map(textIn).filter(Boolean).join(': ') || 'no reason given';
  return { kind: 'refused', reason: text, tooFast: /rate|too many|slow/i.test(text) };
}
