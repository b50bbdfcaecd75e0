import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StrategyPosition } from '../../src/domain/positions.ts';
import { PositionSnapshots } from '../../src/order-manager/position-snapshots.ts';
import { MemoryOrderStore } from '../../src/order-store/memory/memory-order-store.ts';
import { filledOrder, heldPosition } from '../order-store/recorded-orders.ts';

const SYMBOLS = Array.from({ length: 600 }, (_, index) => `S${1_000 + index}`);

/** A store with 600 positions of two strategies each, and snapshots of it. */
class Stage {
  readonly store = new MemoryOrderStore();
  readonly snapshots = new PositionSnapshots(this.store);

  constructor() {
    this.hold(
      ...['a', 'b'].flatMap((strategy) => SYMBOLS.map((symbol) => heldPosition({ strategy, symbol }))),
    );
  }

  hold(...positions: StrategyPosition[]): void {
    this.snapshots.beforeRecord(positions);
    const orders = positions.map(({ strategy, symbol, quantity }, index) => {
      const orderId = this.store.lastOrderId + 1 + index;
      return filledOrder(orderId, { strategy, symbol, position: quantity, clOrdId: `o-${orderId}` });
    });
    this.store.recordAll(orders, positions);
  }
}

test('a snapshot has the positions as they were when it was taken, whatever is traded while it is read', () => {
  const stage = new Stage();
  const expected = stage.store.positions();
  const pages = stage.snapshots.take();
  const read = [...(pages.next().value ?? [])];
  assert.ok(read.length < expected.length / 2, 'it is read in pages');
  for (const quantity of [7, 8])
    stage.hold(
      heldPosition({ strategy: 'a', symbol: 'S1000', quantity }), // has been read
      heldPosition({ strategy: 'a', symbol: 'S1500', quantity }),
      heldPosition({ strategy: 'b', symbol: 'S1599', quantity }),
      heldPosition({ strategy: 'b', symbol: 'S1234-NEW', quantity }),
      heldPosition({ strategy: 'c', symbol: 'AAPL', quantity }),
    );
  for (const page of pages) read.push(...page);
  assert.deepEqual(read, expected);
  assert.equal([...stage.snapshots.take()].flat().length, expected.length + 2, 'the next has the new ones');
});

test('a snapshot of one strategy has no position of another', () => {
  const stage = new Stage();
  const pages = stage.snapshots.take('a');
  stage.hold(heldPosition({ strategy: 'b', symbol: 'S1000', quantity: 7 }));
  assert.deepEqual([...pages].flat(), stage.store.positionsOf('a'));
});
