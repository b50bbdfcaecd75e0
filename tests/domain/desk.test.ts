import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Desk } from '../../src/domain/desk.ts';
import { Signal } from '../../src/domain/strategies/signals.ts';
import fc from '../property.ts';

const { BUY, SELL, NEUTRAL } = Signal;

test('a signal asks for the trade to its target, until the position is there', () => {
  const desk = new Desk(10);
  assert.equal(desk.decide(0, BUY), 10);
  assert.equal(desk.decide(0, BUY), 10, 'to decide changes no position');
  desk.setPosition(0, 10);
  assert.equal(desk.decide(0, BUY), 0);
  assert.equal(desk.decide(0, NEUTRAL), 0);
  assert.equal(desk.decide(0, SELL), -20);
  desk.setPosition(0, -10);
  assert.equal(desk.decide(0, SELL), 0);
  assert.equal(desk.decide(0, BUY), 20);
});

test('each symbol has its own position, whatever its index', () => {
  const desk = new Desk(10);
  desk.setPosition(20_000, 4);
  desk.setPosition(3, -4);
  assert.deepEqual(
    [3, 20_000, 20_001, 100_000].map((symbol) => desk.decide(symbol, BUY)),
    [14, 6, 10, 10],
  );
});

test('a refused signal is not tried again until it has been another one', () => {
  for (const other of [NEUTRAL, SELL]) {
    const desk = new Desk(10);
    desk.refuse(100, BUY);
    assert.equal(desk.decide(100, BUY), 0);
    assert.equal(desk.decide(100, BUY), 0);
    desk.decide(100, other);
    assert.equal(desk.decide(100, BUY), 10);
  }
});

test('to rest is to decide on no signal', () => {
  const desk = new Desk(10);
  desk.refuse(100, BUY);
  desk.rest(100);
  assert.equal(desk.decide(100, BUY), 10);
  desk.rest(1_000_000);
  assert.equal(desk.decide(1_000_000, BUY), 10);
});

test('a refusal holds for its symbol and its signal alone', () => {
  const desk = new Desk(10);
  desk.refuse(0, BUY);
  assert.equal(desk.decide(1, BUY), 10);
  assert.equal(desk.decide(0, SELL), -10);
});

test('positions and refusals are kept when more symbols come', () => {
  const desk = new Desk(10);
  desk.setPosition(0, 3);
  desk.refuse(1, SELL);
  desk.decide(1_000_000, BUY);
  assert.equal(desk.decide(0, BUY), 7);
  assert.equal(desk.decide(1, SELL), 0);
});

test('if every trade is filled, any signals keep the position at its targets, and nothing trades twice', () => {
  const signals = fc.array(fc.tuple(fc.nat(3), fc.constantFrom(BUY, SELL, NEUTRAL)));
  fc.assert(
    fc.property(signals, fc.integer({ min: 1, max: 1_000 }), (steps, quantity) => {
      const desk = new Desk(quantity);
      const positions = [0, 0, 0, 0];
      for (const [symbol, signal] of steps) {
        const position = (positions[symbol] ?? 0) + desk.decide(symbol, signal);
        positions[symbol] = position;
        desk.setPosition(symbol, position);
        if (signal !== NEUTRAL) assert.equal(position, signal * quantity);
        assert.equal(desk.decide(symbol, signal), 0);
      }
    }),
  );
});
