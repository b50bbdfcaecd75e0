// What the decoders of the wire promise for any bytes.

import assert from 'node:assert/strict';
import type { TickRun } from '@tickline/price-book';
import { isSymbol } from '../../src/domain/symbol.ts';
import { parseSentiment } from '../../src/market-data/news-client.ts';
import { TickDecoder } from '../../src/orderbook/tick-decoder.ts';
import { parseControl, parseResume, resumeFrame } from '../../src/protocol/control-frames.ts';
import { BadMessageError } from '../../src/protocol/errors.ts';
import { FrameSplitter } from '../../src/protocol/frames.ts';
import {
  decodeClientMessage,
  decodeServerMessage,
  decodeWatchMessage,
  encodeMessage,
} from '../../src/protocol/order-codec.ts';
import type { Target } from './fuzzing.ts';

const SYMBOLS_MAX = 50;
const FRAME_BYTES_MAX = 256;
const NAME = /^[A-Za-z0-9._\-:]{1,64}$/;

/**
 * Everything that a decoder reports for a stream in pieces of this size. Rejected frames are listed separately, because
 * they are reported immediately, and ticks only with their run.
 */
function ticksOf(stream: Buffer, pieceBytes: number): { said: unknown[]; rejected: unknown[] } {
  const said: unknown[] = [];
  const rejected: unknown[] = [];
  const symbols: string[] = [];
  const tell = (kind: string, { symbols: indices, prices, count, firstSequence }: TickRun) => {
    for (let i = 0; i < count; i++) {
      assert.ok(prices[i] > 0 && Number.isFinite(prices[i]), `price ${prices[i]}`);
      assert.ok(indices[i] >= 0 && indices[i] < symbols.length, `symbol ${indices[i]}`);
      said.push([kind, indices[i], prices[i], kind === 'tick' ? firstSequence + i : 0]);
    }
  };
  const decoder = new TickDecoder({
    onTicks: (run) => tell('tick', run),
    onSnapshot: (run) => tell('snapshot', run),
    onResumed: (...answer) => said.push(['resumed', ...answer]),
    onGap: (missed) => said.push(['gap', missed]),
    onRepeated: () => said.push(['repeated']),
    onEnd: () => said.push(['end']),
    onRejected: (kind) => rejected.push(kind),
    onLeftOut: () => rejected.push('symbol'),
    symbolIndex: (symbol) => {
      if (!isSymbol(symbol) || symbols.length === SYMBOLS_MAX) return -1;
      return symbols.push(symbol) - 1;
    },
  });
  const chunk = new Uint8Array(pieceBytes + 3);
  for (let at = 0; at < stream.length; at += pieceBytes) {
    const piece = stream.subarray(at, at + pieceBytes);
    chunk.fill(42); // bytes after the length must not be read
    chunk.set(piece);
    decoder.push(chunk, piece.length);
  }
  return { said, rejected };
}

function framesOf(stream: Buffer, pieceBytes: number): string[] {
  const frames: string[] = [];
  const splitter = new FrameSplitter(
    { onFrame: (text) => frames.push(text), onOversize: () => frames.push('*') },
    FRAME_BYTES_MAX,
  );
  for (let at = 0; at < stream.length; at += pieceBytes) splitter.push(stream.subarray(at, at + pieceBytes));
  return frames;
}

/** Asserts that `decode` throws only errors of this class. */
function onlyThrows<T>(error: new (...args: never[]) => Error, decode: () => T): T | undefined {
  try {
    return decode();
  } catch (thrown) {
    if (thrown instanceof error) return undefined;
    throw thrown;
  }
}

export const WIRE_TARGETS: readonly Target[] = [
  {
    name: 'ticks',
    check: (input) => {
      const whole = ticksOf(input, Math.max(1, input.length));
      const sizes = input.length > 10_000 ? [4_099] : [1, 7];
      for (const size of sizes) assert.deepEqual(ticksOf(input, size), whole, `in pieces of ${size}`);
    },
  },
  {
    name: 'frames',
    check: (input) => {
      const whole = framesOf(input, Math.max(1, input.length));
      for (const size of [1, 5]) assert.deepEqual(framesOf(input, size), whole, `in pieces of ${size}`);
      for (const frame of whole) assert.ok(frame.length <= FRAME_BYTES_MAX);
    },
  },
  {
    name: 'control',
    check: (input) => {
      const frame = parseControl(input.toString('latin1'));
      for (const [field, value] of Object.entries(frame ?? {})) {
        if (typeof value !== 'number') continue;
        const isTime = field === 'timeNs';
        assert.ok(value >= 0 && (isTime ? Number.isFinite(value) : Number.isSafeInteger(value)), field);
      }
      const resume = parseResume(input.toString('utf8'));
      if (resume === undefined) return;
      assert.deepEqual(parseResume(resumeFrame(resume).slice(0, -1)), resume);
    },
  },
  {
    name: 'sentiment',
    check: (input) => {
      const sentiment = parseSentiment(input.toString('utf8'));
      if (sentiment === undefined) return;
      assert.ok(Number.isInteger(sentiment) && sentiment >= 0 && sentiment <= 100, `${sentiment}`);
    },
  },
  {
    name: 'client-messages',
    check: (input) => {
      const message = onlyThrows(BadMessageError, () => decodeClientMessage(input.toString('utf8')));
      if (message?.type === 'order') {
        const { symbol, side, quantity, price, clOrdId = 'a', time = 0 } = message;
        assert.ok(isSymbol(symbol) && (side === 'BUY' || side === 'SELL') && NAME.test(clOrdId));
        assert.ok([quantity, price, time].every(Number.isFinite));
      } else if (message?.type === 'badOrder') {
        const { type, ...order } = message;
        const frame = encodeMessage({ type: 'report', status: 'REJECTED', ...order }); // a bad order can always be answered
        assert.ok(frame.length < 1024, `${frame.length} bytes to answer ${type}`);
      } else if (message?.type === 'logon') {
        assert.match(message.strategy, NAME);
      }
    },
  },
  {
    name: 'server-messages',
    check: (input) => {
      const text = input.toString('utf8');
      const message = onlyThrows(BadMessageError, () => decodeServerMessage(text));
      if (message?.type === 'report' && message.status === 'FILLED')
        assert.ok(Number.isSafeInteger(message.position) && isSymbol(message.symbol));
      onlyThrows(BadMessageError, () => decodeWatchMessage(text));
    },
  },
];
