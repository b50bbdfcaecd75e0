import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeClientMessage,
  decodeServerMessage,
  decodeWatchMessage,
} from '../../src/protocol/order-codec.ts';

for (const decode of [decodeClientMessage, decodeServerMessage, decodeWatchMessage]) {
  test(`${decode.name} refuses a message with a key twice: it takes neither value`, () => {
    const order = '{"symbol":"AAPL","side":"BUY","quantity":10,"price":173.2,"quantity":1000}';
    assert.throws(() => decode(order), /^BadMessageError: expected each key once, found quantity twice$/);
  });
}
