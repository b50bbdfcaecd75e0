// Opens a record and its journal: what a killed OrderManager left in the journal gets into SQLite first.

import fs from 'node:fs';
import { bootNumber } from '../platform/boot.ts';
import {
  type JournalEnd,
  journalRecordId,
  journalTail,
  type ProjectionMark,
} from './journal/journal-tail.ts';
import { type JournalStart, JournalWriter } from './journal/journal-writer.ts';
import type { JournaledOrder } from './journal/journaled-order.ts';
import { HEADER_BYTES } from './journal/layout.ts';
import { journalFolder } from './journal/segment.ts';
import type { OpenMedium } from './journal/segment-medium.ts';
import { sealLeftover } from './journal/segment-writer.ts';
import { JournaledOrderStore } from './journaled-order-store.ts';
import { RecordOpenError } from './sqlite/errors.ts';
import { SqliteOrderStore } from './sqlite/sqlite-order-store.ts';

export interface JournaledStoreOptions {
  /**
   * True: orders are on disk when `recordAll` returns, and survive a power cut. False: the kernel has them, so they survive
   * a crash of the process only.
   */
  readonly fsync: boolean;
  /** Default: by `fsync`. */
  readonly openMedium?: OpenMedium;
  /** Default: of now. */
  readonly boot?: number;
}

/** An open record, and what happened to it before. */
export interface OpenedStore {
  readonly store: JournaledOrderStore;
  /** Orders that SQLite got from the journal. */
  readonly replayed: number;
  /** What was found after the last whole record of the journal, in words; undefined if nothing. */
  readonly torn: string | undefined;
}

const REPLAYED_AT_ONCE = 1_000;
const TORN_SUFFIX = '.torn';

/**
 * Opens the record for writing, and locks it. Creates a missing one, from its journal if there is one.
 * @throws what SqliteOrderStore.open() throws, NotAJournalError, OtherJournalError, JournalDamagedError, RecordWriteError
 */
export function openJournaledStore(file: string, options: JournaledStoreOptions): OpenedStore {
  const record = SqliteOrderStore.open(file, { fsync: options.fsync, hasJournal: true });
  try {
    return open(record, options);
  } catch (thrown) {
    record.close();
    const isSystemError = thrown instanceof Error && 'syscall' in thrown;
    throw isSystemError ? new RecordOpenError(record.file, thrown) : thrown;
  }
}

function open(record: SqliteOrderStore, options: JournaledStoreOptions): OpenedStore {
  const folder = journalFolder(record.file);
  const boot = options.boot ?? bootNumber();
  const replayedFrom = record.lastOrderId;
  const mark = markOf(record, folder);
  const end = replay(record, journalTail(folder, record.file, mark, boot));
  const start = closeLeftover(end);
  const { fsync, openMedium } = options;
  const journal = new JournalWriter(folder, start, {
    ...{ fsync, boot, recordId: mark.recordId },
    ...(openMedium !== undefined && { openMedium }),
  });
  const store = new JournaledOrderStore(record, journal);
  return { store, replayed: record.lastOrderId - replayedFrom, torn: end.torn };
}

/** An empty record gets the orders of any journal that starts at the first one. */
function markOf(record: SqliteOrderStore, folder: string): ProjectionMark {
  const id = record.lastOrderId === 0 ? journalRecordId(folder) : undefined;
  if (id !== undefined) record.adopt(id);
  return record.mark();
}

function replay(record: SqliteOrderStore, tail: ReturnType<typeof journalTail>): JournalEnd {
  let group: JournaledOrder[] = [];
  const project = () => {
    record.recordJournaled(group);
    group = [];
  };
  for (;;) {
    const { value, done } = tail.next();
    if (done === true) {
      project();
      return value;
    }
    group.push(value);
    if (group.length >= REPLAYED_AT_ONCE) project();
  }
}

/** Seals the segment that the previous OrderManager used, so that only one is ever in use. */
function closeLeftover({ lastOrderId, chain, open, number, discarded }: JournalEnd): JournalStart {
  if (open !== undefined) {
    const { file, header } = open.scan;
    if (open.end > HEADER_BYTES) sealLeftover(file, { ...header, sealedBytes: open.end, lastOrderId });
    else fs.rmSync(file.path);
  }
  for (const { path } of discarded) fs.renameSync(path, path + TORN_SUFFIX);
  return { lastOrderId, chain, number };
}
