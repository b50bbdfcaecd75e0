// The thread that copies the journal: its death, its lag and its end lose no order and stop no trading.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import {
  Projector,
  type ProjectorHandler,
  type ProjectorOptions,
} from '../../src/order-manager/projector.ts';
import { RecordWriteError } from '../../src/order-store/errors.ts';
import { type JournaledOrderStore, UNPROJECTED_MAX } from '../../src/order-store/journaled-order-store.ts';
import { openJournaledStore } from '../../src/order-store/open-journaled-store.ts';
import { ProjectionThread } from '../../src/order-store/projection/projection-thread.ts';
import { verifyRecord } from '../../src/order-store/verify.ts';
import { until } from '../../tools/testing/poll.ts';
import { filledOrder } from '../order-store/recorded-orders.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

const LIMIT = { timeout: 60_000 };
const DYING = new URL('./dying-thread.ts', import.meta.url);
const KEEP_MS = 3_600_000;

interface Running {
  readonly store: JournaledOrderStore;
  readonly projector: Projector;
  /** What the handler was called with. */
  readonly calls: string[];
}

function run(t: TestContext, options: Partial<ProjectorOptions> = {}): Running {
  const { store } = openJournaledStore(join(temporaryFolder(t), 'orders.sqlite'), { fsync: false });
  const calls: string[] = [];
  const handler: ProjectorHandler = {
    onFailed: (reason, unprojected) => calls.push(`failed ${unprojected} ${reason}`),
    onResumed: () => calls.push('resumed'),
    onNotRemoved: (reason) => calls.push(`not removed ${reason}`),
    onDied: (reason) => calls.push(`died ${reason}`),
  };
  const projector = new Projector(store, { fsync: false, keepMs: KEEP_MS, ...options }, handler);
  projector.start();
  t.after(async () => {
    await projector.stop();
    store.close();
  });
  return { store, projector, calls };
}

function record(store: JournaledOrderStore, count = 1): void {
  const first = store.lastOrderId + 1;
  store.recordAll(
    Array.from({ length: count }, (_, index) => filledOrder(first + index)),
    [],
  );
}

/** A thread that never copies. */
function startDead(
  { file, recordId }: JournaledOrderStore,
  { fsync, keepMs }: ProjectorOptions,
  handler: ConstructorParameters<typeof ProjectionThread>[3],
): ProjectionThread {
  return new ProjectionThread({ file, recordId, fsync }, keepMs, 0, handler, DYING);
}

test(
  'the death of the thread is reported, and the next one copies what was recorded meanwhile',
  LIMIT,
  async (t) => {
    let threads = 0;
    const { store, calls } = run(t, {
      startThread: (ofStore, options, handler) => {
        threads++;
        if (threads === 1) return startDead(ofStore, options, handler);
        const { file, recordId, copiedTo } = ofStore;
        return new ProjectionThread({ file, recordId, fsync: false }, KEEP_MS, copiedTo, handler);
      },
    });
    record(store, 3);
    await until('its death is reported', () => calls.length > 0);
    record(store, 2);
    await until('all are copied', () => store.unprojectedOrders === 0);
    assert.deepEqual(calls, ['died out of luck']);
    assert.equal(verifyRecord(store.file).compared, 5);
  },
);

test('what was not copied at a stop is copied when the record is closed', LIMIT, async (t) => {
  const { store, projector } = run(t, { startThread: startDead });
  record(store, 3);
  await projector.stop();
  store.close();
  const { compared, notCopied } = verifyRecord(store.file);
  assert.deepEqual({ compared, notCopied }, { compared: 3, notCopied: 0 });
});

test('while another program locks the record, the wait is reported once, and its end', LIMIT, async (t) => {
  const { store, calls } = run(t);
  const other = new DatabaseSync(store.file);
  t.after(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  record(store);
  await until('it is reported', () => calls.length > 0);
  record(store);
  other.exec('ROLLBACK');
  await until('its end is reported', () => calls.length > 1);
  assert.deepEqual(
    calls.map((call) => call.split(' ')[0]),
    ['failed', 'resumed'],
  );
  assert.equal(store.unprojectedOrders, 0);
});

test('orders are refused when SQLite is too far behind, and taken again when it is not', LIMIT, async (t) => {
  const { store, projector } = run(t, { startThread: startDead });
  while (store.lastOrderId < UNPROJECTED_MAX) record(store, 10_000);
  await until('the thread is dead', () => store.copier?.failure !== undefined);
  assert.throws(() => record(store), RecordWriteError);
  assert.equal(store.unprojectedOrders, UNPROJECTED_MAX);
  await projector.stop();
  const next = new Projector(
    store,
    { fsync: false, keepMs: KEEP_MS },
    { onFailed: assert.fail, onResumed: assert.fail, onNotRemoved: assert.fail, onDied: assert.fail },
  );
  next.start();
  t.after(() => next.stop());
  await until('there is room', () => store.unprojectedOrders < UNPROJECTED_MAX);
  record(store);
  assert.equal(store.lastOrderId, UNPROJECTED_MAX + 1);
  assert.ok(fs.existsSync(store.file));
});

test('a record that is lost is not reported again as one that cannot be copied', LIMIT, async (t) => {
  const threads: ConstructorParameters<typeof ProjectionThread>[3][] = [];
  const { store, calls } = run(t, {
    startThread: ({ file, recordId, copiedTo }, options, handler) => {
      threads.push(handler);
      return new ProjectionThread({ file, recordId, fsync: false }, options.keepMs, copiedTo, handler);
    },
  });
  const [thread] = threads;
  thread.onNews({ event: 'not-removed', reason: 'busy' });
  fs.rmSync(store.file);
  thread.onNews({ event: 'not-removed', reason: 'another file' });
  thread.onNews({ event: 'not-copying', reason: 'another file' });
  assert.deepEqual(calls, ['not removed busy']);
});
