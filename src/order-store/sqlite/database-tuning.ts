// How SQLite uses memory and disk for a record that is written.

import type { DatabaseSync } from 'node:sqlite';

const PAGE_CACHE_KIB = 32 * 1024;
/** Pages of 4 KiB in the write-ahead log until it is copied into the database: what many groups have changed is copied once. */
const LOG_PAGES = 12_000;
/** SQLite truncates its write-ahead log to this size. */
const LOG_BYTES_KEPT = 64 * 1024 * 1024;

/** @param synchronous FULL: a commit is on the disk when it returns; NORMAL: a checkpoint is; OFF: the kernel decides */
export function tuneDatabase(database: DatabaseSync, synchronous: 'FULL' | 'NORMAL' | 'OFF'): void {
  database.exec(`
    PRAGMA synchronous = ${synchronous};
    PRAGMA cache_size = -${PAGE_CACHE_KIB};
    PRAGMA wal_autocheckpoint = ${LOG_PAGES};
    PRAGMA journal_size_limit = ${LOG_BYTES_KEPT};
  `);
}
