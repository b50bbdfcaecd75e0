// Kills after any store, power cuts that lose any block that was not synced, damage of any byte: what was reported is there
// afterwards, or the OrderManager does not start.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Execution } from '../../../src/order-manager/execution.ts';
import type { OrderRequest } from '../../../src/order-manager/order-request.ts';
import { journalFolder, segmentFiles } from '../../../src/order-store/journal/segment.ts';
import type { JournaledOrderStore } from '../../../src/order-store/journaled-order-store.ts';
import { openJournaledStore } from '../../../src/order-store/open-journaled-store.ts';
import { Projection } from '../../../src/order-store/projection/projection.ts';
import { RecordReader } from '../../../src/order-store/record-reader.ts';
import { UsageError } from '../../../src/platform/errors.ts';
import { riskControls } from '../../order-manager/risk-controls.ts';
import fc from '../../property.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { FailingMedia } from './failing-medium.ts';

const LIMIT = { timeout: 120_000 };
const [BOOT, NEXT_BOOT] = [1, 2];

/** Groups of orders in a few symbols, of which some are rejected. */
const groups = fc.array(
  fc.array(fc.record({ symbol: fc.constantFrom('A', 'B', 'C'), quantity: fc.integer({ min: -1, max: 9 }) }), {
    minLength: 1,
    maxLength: 5,
  }),
  { minLength: 1, maxLength: 4 },
);
type Groups = readonly (readonly { readonly symbol: string; readonly quantity: number }[])[];

/** Of all stores, evenly: a number between 0 and 1. */
const share = fc.noBias(fc.integer({ min: 0, max: 1_000_000 })).map((millionths) => millionths / 1e6);

/** What was reported before the end, and all that was asked. */
interface Life {
  readonly reported: readonly string[];
  readonly asked: readonly OrderRequest[];
  /** Still open. If nothing used it any more, the garbage collector would close its database. */
  readonly store: JournaledOrderStore;
}

function requestsOf(all: Groups): OrderRequest[][] {
  let sent = 0;
  return all.map((group) =>
    group.map(({ symbol, quantity }) => ({
      strategy: 's',
      order: { symbol, side: 'BUY', quantity, price: 10, clOrdId: `run-${++sent}` },
    })),
  );
}

/** Executes the groups until the media fail, and leaves the files as they are then. */
function live(file: string, all: Groups, media: FailingMedia, fsync: boolean, projectAfter: number): Life {
  const { store } = openJournaledStore(file, { fsync, openMedium: media.open, boot: BOOT });
  const execution = new Execution(store, riskControls());
  const reported: string[] = [];
  const asked = requestsOf(all);
  for (const [index, group] of asked.entries()) {
    const answers = execution.execute(group);
    if (media.isKilled) break;
    reported.push(...answers.map(({ report }) => JSON.stringify(report)));
    if (index === projectAfter) project(store);
  }
  return { reported, asked: asked.flat(), store };
}

/** As the thread that copies does it. */
function project(store: JournaledOrderStore): void {
  const { file, recordId, lastOrderId } = store;
  const projection = new Projection({ file, recordId, fsync: false });
  while (projection.copy(lastOrderId));
  projection.close();
  store.noteCopied(projection.copiedTo);
}

/** The files as they are now, because the store of a process that was killed is still open here. */
function remains(t: TestContext, file: string, { store }: Pick<Life, 'store'>): string {
  const copy = join(temporaryFolder(t), 'orders.sqlite');
  for (const suffix of ['', '-wal', '.journal'])
    if (fs.existsSync(file + suffix)) fs.cpSync(file + suffix, copy + suffix, { recursive: true });
  assert.ok(store.lastOrderId >= 0);
  return copy;
}

/** The next OrderManager has what was reported, in its order, and executes nothing of it again. */
function assertRecovered(file: string, { reported, asked }: Life, boot: number): void {
  const reader = RecordReader.open(file);
  const read = [...reader.orders()];
  reader.close();
  const { store } = openJournaledStore(file, { fsync: false, boot });
  try {
    const recorded = [...store.orders()];
    assert.deepEqual(recorded, read, 'a reader saw what the next OrderManager has');
    assert.ok(recorded.length >= reported.length, `${reported.length} were reported`);
    assert.deepEqual(
      recorded.map(({ orderId, clOrdId }) => `${orderId} ${clOrdId}`),
      recorded.map((_, index) => `${index + 1} run-${index + 1}`),
    );
    const answers = new Execution(store, riskControls()).execute(asked);
    const again = answers.map(({ report }) => JSON.stringify(report));
    assert.deepEqual(again.slice(0, reported.length), reported);
    assert.deepEqual(
      answers.map(({ isRepeat }) => isRepeat),
      answers.map((_, index) => index < recorded.length),
    );
    const held = new Map<string, number>();
    for (const { report } of answers)
      if (report.status === 'FILLED')
        held.set(report.symbol, (held.get(report.symbol) ?? 0) + report.quantity);
    for (const [symbol, quantity] of held) assert.equal(store.position('s', symbol).quantity, quantity);
  } finally {
    store.close();
  }
}

for (const fsync of [true, false]) {
  test(`a kill after any store loses no reported order (fsync ${fsync})`, LIMIT, (t) => {
    const life = fc.tuple(groups, fc.nat(3), share);
    fc.assert(
      fc.property(life, ([all, projectAfter, at]) => {
        const whole = new FailingMedia();
        live(join(temporaryFolder(t), 'orders.sqlite'), all, whole, fsync, projectAfter);
        const media = new FailingMedia();
        media.wordsLeft = Math.floor(at * whole.wordsStored);
        const file = join(temporaryFolder(t), 'orders.sqlite');
        const seen = live(file, all, media, fsync, projectAfter);
        assertRecovered(remains(t, file, seen), seen, BOOT);
      }),
      { numRuns: 60 },
    );
  });
}

test('a power cut that loses any blocks that were not synced loses no reported order', LIMIT, (t) => {
  const life = fc.tuple(groups, fc.nat(3), share, fc.array(fc.boolean()));
  fc.assert(
    fc.property(life, ([all, projectAfter, at, survivors]) => {
      const whole = new FailingMedia();
      live(join(temporaryFolder(t), 'orders.sqlite'), all, whole, true, projectAfter);
      const media = new FailingMedia();
      media.wordsLeft = Math.ceil(at * whole.wordsStored);
      const file = join(temporaryFolder(t), 'orders.sqlite');
      const seen = live(file, all, media, true, projectAfter);
      let block = 0;
      media.cutPower(() => survivors[block++ % Math.max(1, survivors.length)] ?? false);
      assertRecovered(remains(t, file, seen), seen, NEXT_BOOT);
    }),
    { numRuns: 60 },
  );
});

test('a journal with any damaged byte has all its orders, or says that it has not', LIMIT, (t) => {
  const file = join(temporaryFolder(t), 'orders.sqlite');
  const all = [
    [{ symbol: 'A', quantity: 1 }],
    Array.from({ length: 3 }, () => ({ symbol: 'B', quantity: 2 })),
  ];
  const { reported, asked, store: first } = live(file, [...all, ...all], new FailingMedia(), true, -1);
  const [{ path }] = segmentFiles(journalFolder(file));
  const bytes = fs.readFileSync(path);
  const used = bytes.findLastIndex((byte) => byte !== 0) + 64;
  const damage = fc.tuple(fc.nat(used), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(damage, ([at, flipped]) => {
      const copy = remains(t, file, { store: first });
      const [segment] = segmentFiles(journalFolder(copy));
      const damaged = Buffer.from(bytes);
      damaged[at] ^= flipped;
      fs.writeFileSync(segment.path, damaged);
      let opened: ReturnType<typeof openJournaledStore>;
      try {
        opened = openJournaledStore(copy, { fsync: false, boot: BOOT });
      } catch (error) {
        assert.ok(error instanceof UsageError, String(error));
        assert.match(error.message, /^[^\n]*(journal)[^\n]*$/);
        return;
      }
      const { store, torn } = opened;
      const { length } = [...store.orders()];
      const answers = new Execution(store, riskControls()).execute(asked.slice(0, length));
      store.close();
      assert.deepEqual(
        answers.map(({ report }) => JSON.stringify(report)),
        reported.slice(0, length),
      );
      const isSaid = torn !== undefined && length === reported.length - 1;
      assert.ok(length === reported.length || isSaid, `${length} of ${reported.length} orders`);
    }),
    { numRuns: 150 },
  );
});
