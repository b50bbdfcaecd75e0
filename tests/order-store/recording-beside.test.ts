// Groups that are put on the disk beside the thread.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RecordWriteError } from '../../src/order-store/errors.ts';
import type { JournaledOrderStore } from '../../src/order-store/journaled-order-store.ts';
import { openJournaledStore } from '../../src/order-store/open-journaled-store.ts';
import { verifyRecord } from '../../src/order-store/verify.ts';
import { FailingMedia } from './journal/failing-medium.ts';
import { filledOrder, heldPosition } from './recorded-orders.ts';
import { temporaryFolder } from './temporary-folder.ts';

function openFile(t: TestContext, media?: FailingMedia): JournaledOrderStore {
  const { store } = openJournaledStore(join(temporaryFolder(t), 'orders.sqlite'), {
    fsync: true,
    ...(media && { openMedium: media.open }),
  });
  t.after(() => store.close());
  return store;
}

/** Starts to record the order. Resolves to why it was not recorded. */
function startOrder(store: JournaledOrderStore, orderId: number): Promise<RecordWriteError | undefined> {
  const { promise, resolve } = Promise.withResolvers<RecordWriteError | undefined>();
  store.startRecording([filledOrder(orderId)], [heldPosition({ quantity: 10 * orderId })], resolve);
  return promise;
}

test('the store is as before until the group is on the disk', async (t) => {
  const store = openFile(t);
  const recorded = startOrder(store, 1);
  store.rehearse(false, [filledOrder(1)], [heldPosition()]);
  assert.equal(store.lastOrderId, 0);
  assert.equal(store.find('crossover', 'a-1'), undefined);
  assert.equal(store.position('crossover', 'AAPL').quantity, 0);
  assert.equal(await recorded, undefined);
  assert.equal(store.lastOrderId, 1);
  assert.equal(store.find('crossover', 'a-1')?.orderId, 1);
  assert.equal(store.position('crossover', 'AAPL').quantity, 10);
});

test('whoever cannot wait puts the group on the disk himself, and it is recorded once', async (t) => {
  const store = openFile(t);
  for (let orderId = 1; orderId <= 20; orderId++) {
    const recorded = startOrder(store, orderId);
    store.finishRecording();
    assert.equal(store.lastOrderId, orderId);
    assert.equal(await recorded, undefined);
  }
  const { differences, notCopied } = verifyRecord(store.file);
  assert.deepEqual({ differences, notCopied }, { differences: [], notCopied: 20 });
});

test('a group that does not get on the disk is taken back, and the next one has its place', async (t) => {
  const media = new FailingMedia();
  const store = openFile(t, media);
  const failed = startOrder(store, 1);
  media.syncing?.(new Error('EIO: i/o error, fdatasync'));
  assert.match(String(await failed), /cannot write to the order record .*EIO/);
  assert.equal(store.lastOrderId, 0);
  assert.equal(store.find('crossover', 'a-1'), undefined);
  const recorded = startOrder(store, 1);
  media.syncing?.();
  assert.equal(await recorded, undefined);
  assert.equal(store.lastOrderId, 1);
});

test('a journal that is removed while a group is put on the disk is lost', async (t) => {
  const store = openFile(t);
  const failed = startOrder(store, 1);
  fs.rmSync(`${store.file}.journal`, { recursive: true });
  assert.match(String(await failed), /the journal was removed or moved while in use/);
  assert.throws(() => store.recordAll([filledOrder(1)], [heldPosition()]), RecordWriteError);
});
