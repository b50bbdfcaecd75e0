// Binance's spot streams, combined or raw: `<symbol>@trade`. Prices are strings with 8 decimals.
// https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md

import { type ExactJson, type ExactObject, exactJson, objectIn, textIn } from './exact-json.ts';
import type { Exchange, MessagePart, Subscription } from './exchange.ts';
import { malformed, OTHER, tradePart } from './parts.ts';

/** Keeps the number of messages low: the server accepts 5 per second, pongs included. */
const STREAMS_PER_MESSAGE = 200;

const HOUR_MS = 3_600_000;

export const BINANCE: Exchange = {
  name: 'binance',
  url: 'wss://data-stream.binance.vision/stream',
  limits: { messagesPerSecond: 2, symbolsMax: 1_024, lifetimeMs: 24 * HOUR_MS },
  heartbeat: { by: 'ping', everyMs: 20_000 },
  defaultSymbols: ['BTCUSDT', 'ETHUSDT'],
  symbolForm: 'BTCUSDT',

  nativeSymbol(symbol) {
    const native = symbol.replace(/[/-]/, '').toUpperCase();
    return /^[A-Z0-9]{2,24}$/.test(native) ? native : undefined;
  },

  subscriptions(symbols) {
    const messages: Subscription[] = [];
    for (let from = 0; from < symbols.length; from += STREAMS_PER_MESSAGE) {
      const names = symbols.slice(from, from + STREAMS_PER_MESSAGE);
      const id = messages.length + 1;
      const params = names.map((symbol) => `${symbol.toLowerCase()}@trade`);
      messages.push({
        message: JSON.stringify({ method: 'SUBSCRIBE', params, id }),
        keys: [requestKey(String(id))],
      });
    }
    return messages;
  },

  parse(text) {
    const json = exactJson(text);
    if (json === undefined) return [malformed('JSON', text)];
    const message = objectIn(json);
    // A combined stream wraps each event, a raw stream does not.
    const event = objectIn(message.data ?? message.event ?? json);
    if (event.e === 'trade') return [trade(text, event)];
    if (event.e === 'serverShutdown' || message.stream === '!serverShutdown') return [{ kind: 'shutdown' }];
    if (message.error !== undefined || message.code !== undefined) return [refusal(message)];
    if (message.result === null) return [{ kind: 'subscribed', key: requestKey(message.id) }];
    const isKnown = event.e !== undefined || message.stream !== undefined || event.u !== undefined;
    return isKnown ? OTHER : [malformed('an event', text)];
  },
};

function requestKey(id: ExactJson | undefined): string {
  return `request ${textIn(id)}`;
}

function trade(text: string, { s: symbol, p: price, t: tradeId, T: time }: ExactObject): MessagePart {
  return tradePart(text, { symbol, price, tradeId, time });
}

function refusal(message: ExactObject): MessagePart {
  const { code, msg } = objectIn(message.error ?? message);
  const reason = `${textIn(msg) || 'no reason given'} (code ${textIn(code)})`;
  const tooFast = /too many/i.test(reason);
  if (message.id === undefined || message.id === null) return { kind: 'refused', reason, tooFast };
  return { kind: 'refused', key: requestKey(message.id), reason, tooFast };
}
