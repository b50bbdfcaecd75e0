// What is remembered of the positions is what the record has.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StrategyPosition } from '../../../src/domain/positions.ts';
import { KnownPositions } from '../../../src/order-store/journal/known-positions.ts';
import { StrategyMap } from '../../../src/order-store/strategy-map.ts';
import fc from '../../property.ts';
import { heldPosition } from '../recorded-orders.ts';

/** A record that counts the questions. */
function newRecord() {
  const positions = new StrategyMap<StrategyPosition>();
  const record = {
    questions: 0,
    change: (after: StrategyPosition) => positions.set(after.strategy, after.symbol, after),
    position(strategy: string, symbol: string) {
      record.questions++;
      return (
        positions.get(strategy, symbol) ??
        heldPosition({ strategy, symbol, quantity: 0, averagePrice: 0, realisedPnl: 0 })
      );
    },
    hasTraded: (strategy: string, symbol: string) => positions.has(strategy, symbol),
    symbolsTraded: (strategy: string) =>
      [...positions.values()].filter((position) => position.strategy === strategy).length,
  };
  return record;
}

const names = { strategy: fc.constantFrom('a', 'b'), symbol: fc.constantFrom('A', 'B', 'C', 'D', 'E') };
const change = fc.record({ ...names, quantity: fc.integer({ min: -5, max: 5 }) });
const question = fc.record({ ...names, what: fc.constantFrom('position', 'hasTraded', 'symbolsTraded') });

test('a position, whether a symbol was traded and the count of symbols are those of the record, also once more were asked for than are remembered', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(change, question)), fc.integer({ min: 1, max: 12 }), (steps, max) => {
      const record = newRecord();
      const known = new KnownPositions(record, max);
      for (const step of steps) {
        const { strategy, symbol } = step;
        if ('quantity' in step) {
          const after = heldPosition(step);
          known.change(after);
          record.change(after);
        } else if (step.what === 'symbolsTraded')
          assert.equal(known.symbolsTraded(strategy), record.symbolsTraded(strategy));
        else if (step.what === 'hasTraded')
          assert.equal(known.hasTraded(strategy, symbol), record.hasTraded(strategy, symbol));
        else assert.deepEqual(known.position(strategy, symbol), record.position(strategy, symbol));
      }
    }),
  );
});

test('the record is asked for a position once, however often it changes', () => {
  const record = newRecord();
  const known = new KnownPositions(record);
  for (let quantity = 1; quantity <= 3; quantity++) {
    assert.equal(known.position('crossover', 'AAPL').quantity, quantity - 1);
    known.change(heldPosition({ quantity }));
  }
  assert.equal(record.questions, 1);
});

test('a change of a position that nobody asked for looks nothing up, and is counted', () => {
  const record = newRecord();
  const known = new KnownPositions(record);
  assert.equal(known.symbolsTraded('crossover'), 0);
  known.change(heldPosition());
  record.change(heldPosition());
  assert.equal(record.questions, 0);
  assert.equal(known.symbolsTraded('crossover'), 1);
});
