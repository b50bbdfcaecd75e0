import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { TickRun } from '@tickline/price-book';
import { PriceClient, type PriceClientHandler } from '../../src/orderbook/price-client.ts';
import { until } from '../../tools/testing/poll.ts';
import { NumberedPrices } from '../gateway/numbered-prices.ts';
import { Listener } from '../transport/listener.ts';
import { HOST } from '../transport/peer.ts';

const LIMIT = { timeout: 60_000 };
const TICK_MS = 20;
/** Longer than this process may stall. */
const SILENCE_MS = 1_000;

function start(t: TestContext, port: number): NumberedPrices {
  const told = new NumberedPrices();
  const client = new PriceClient({ host: HOST, port, silenceMs: SILENCE_MS, chunkBytes: 65_536 }, told);
  t.after(() => client.stop());
  client.start();
  return told;
}

/** A Gateway that sends ticks and never answers RESUME. */
async function chattingGateway(t: TestContext): Promise<Listener> {
  const gateway = await Listener.open(t);
  const timer = setInterval(() => gateway.peers.at(-1)?.send('S0,1*'), TICK_MS);
  t.after(() => clearInterval(timer));
  return gateway;
}

test('ticks without an answer to RESUME are dropped, and RESUME is sent again', LIMIT, async (t) => {
  const gateway = await chattingGateway(t);
  const told = start(t, gateway.port);
  await until('it connects again and again', () => gateway.peers.length >= 3);
  await until('it sends RESUME', () => gateway.peer.received === 'RESUME,0,0*');
  assert.equal(told.applied, 0);
});

test('after an answer, a steady stream of ticks does not make it reconnect', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => peer.send('#SESSION,7,1*#BATCH,1,5*'));
  let sequence = 0;
  const timer = setInterval(() => {
    if (gateway.peers.length > 0) gateway.peer.send(`S${++sequence % 7},${sequence}*`);
  }, TICK_MS);
  t.after(() => clearInterval(timer));
  const told = start(t, gateway.port);
  await until(
    'ticks arrive for longer than the time limit for an answer',
    () => told.applied >= (1.5 * SILENCE_MS) / TICK_MS,
  );
  assert.equal(gateway.peers.length, 1);
});

/** Records what a plain Gateway sends. */
class PlainPrices implements PriceClientHandler {
  readonly events: string[] = [];
  chunks = 0;
  readonly #symbols: string[] = [];

  symbolIndex(symbol: string): number {
    return this.#symbols.push(symbol) - 1;
  }
  onTicks({ firstSequence, count, symbols, prices }: TickRun): void {
    for (let row = 0; row < count; row++)
      this.events.push(`${firstSequence + row} ${this.#symbols[symbols[row]]} ${prices[row]}`);
  }
  onPlain(): void {
    this.events.push('plain');
  }
  onResumed(runId: number): void {
    this.events.push(runId > 1e15 ? 'its own run' : `run ${runId}`);
  }
  onRejected(kind: string, text: string): void {
    this.events.push(`${kind} ${text}`);
  }
  onChunk(): boolean {
    this.chunks++;
    return true;
  }
  onSnapshot(): void {}
  onGap(): void {}
  onRepeated(): void {}
  onEnd(): void {}
  onLeftOut(): void {}
  onConnected(): void {}
  onDown(): void {}
}

function startPlain(t: TestContext, port: number, plainAfterMs = 50, extraFields = false): string[] {
  return plainPrices(t, port, plainAfterMs, extraFields).events;
}

function plainPrices(t: TestContext, port: number, plainAfterMs: number, extraFields = false): PlainPrices {
  const handler = new PlainPrices();
  const options = { host: HOST, port, silenceMs: SILENCE_MS, chunkBytes: 65_536, plainAfterMs, extraFields };
  const client = new PriceClient(options, handler);
  t.after(() => client.stop());
  client.start();
  return handler;
}

test('every tick of a plain Gateway is delivered, numbered by arrival', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => peer.send('AAPL,172.53*MSFT,325'));
  const events = startPlain(t, gateway.port);
  await until('it counts as plain', () => events.length === 3);
  gateway.peer.send('.20*AAPL,172.6*');
  await until('all ticks arrive', () => events.length === 5);
  assert.deepEqual(events, ['plain', 'its own run', '1 AAPL 172.53', '2 MSFT 325.2', '3 AAPL 172.6']);
});

test('the numbers continue when a plain Gateway reconnects', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => peer.send('A,1*'));
  const events = startPlain(t, gateway.port);
  await until('it counts as plain', () => events.includes('1 A 1'));
  gateway.peer.destroy();
  await until('its next tick arrives', () => events.includes('2 A 1'));
});

test('all ticks that a plain Gateway sends before it closes are delivered', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => {
    peer.send('A,1*B,2*');
    peer.end();
  });
  const events = startPlain(t, gateway.port, 60_000);
  await until('both ticks arrive', () => events.includes('2 B 2'));
});

test(
  'ticks that come in several pieces before a Gateway counts as plain are not overwritten',
  LIMIT,
  async (t) => {
    const gateway = await Listener.open(t, (peer) => peer.send('A,1*B,2*C,3'));
    const prices = plainPrices(t, gateway.port, 60_000);
    await until('the first piece is read', () => prices.chunks === 1);
    gateway.peer.send('.5*D,4*E,5*');
    await until('the second piece is read', () => prices.chunks === 2);
    gateway.peer.end();
    await until('it counts as plain', () => prices.events.includes('5 E 5'));
    assert.deepEqual(prices.events.slice(2), ['1 A 1', '2 B 2', '3 C 3.5', '4 D 4', '5 E 5']);
  },
);

test('a Gateway that answers late does not count as plain', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => peer.send('A,1*'));
  const events = startPlain(t, gateway.port, 60_000);
  await until('it connects', () => gateway.peers.length > 0);
  gateway.peer.send('#SESSION,7,1*#BATCH,1,5*A,1*');
  await until('the tick arrives', () => events.includes('1 A 1'));
  assert.deepEqual(events, ['run 7', '1 A 1']);
});

test('a tick can have extra fields when the settings allow them', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => peer.send('A,1.5,2024-01-02,x*'));
  const strict = startPlain(t, gateway.port);
  await until('it is rejected', () => strict.includes('price A,1.5,2024-01-02,x'));
  const events = startPlain(t, gateway.port, 50, true);
  await until('it is delivered', () => events.includes('1 A 1.5'));
});
