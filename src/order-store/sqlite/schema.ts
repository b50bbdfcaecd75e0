// The tables of the order record.

import type { DatabaseSync } from 'node:sqlite';
import { NotARecordError, RecordVersionError } from './errors.ts';

/** `PRAGMA user_version` of a record. Raise it with every change of the tables. */
const SCHEMA_VERSION = 1;

/** `PRAGMA application_id` of a record: "TICK" in ASCII, which `file orders.sqlite` shows. */
const APPLICATION_ID = 0x5449434b;

/**
 * One row of `orders` per order. `time` is the wall clock, ISO 8601 in UTC to the millisecond. `position` is
 * what the strategy holds of the symbol after the order, in signed shares. `quantity` is REAL because a
 * rejected order may have any. `positions` and `strategies` are sums, so that a start does not read all
 * orders.
 */
const TABLES = `
  CREATE TABLE orders (
    order_id   INTEGER PRIMARY KEY,
    strategy   TEXT NOT NULL,
    cl_ord_id  TEXT,
    symbol     TEXT NOT NULL,
    side       TEXT NOT NULL CHECK (side IN ('BUY', 'SELL')),
    quantity   REAL NOT NULL,
    price      REAL NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('FILLED', 'REJECTED')),
    reason     TEXT,
    time       TEXT NOT NULL,
    position   INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX one_order_a_cl_ord_id ON orders (strategy, cl_ord_id) WHERE cl_ord_id IS NOT NULL;
  CREATE TABLE positions (
    strategy      TEXT NOT NULL,
    symbol        TEXT NOT NULL,
    quantity      INTEGER NOT NULL,
    average_price REAL NOT NULL,
    realised_pnl  REAL NOT NULL,
    PRIMARY KEY (strategy, symbol)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE strategies (
    strategy       TEXT PRIMARY KEY,
    last_cl_ord_id TEXT,
    filled         INTEGER NOT NULL,
    rejected       INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** Creates all tables in one transaction. */
export function createTables(database: DatabaseSync): void {
  database.exec(`
    BEGIN IMMEDIATE;
    ${TABLES}
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${SCHEMA_VERSION};
    COMMIT;
  `);
}

/** Whether the database has never had a table. */
export function isEmpty(database: DatabaseSync): boolean {
  return pragma(database, 'schema_version') === 0;
}

/** Checks that the database is a record of this version. @throws NotARecordError, RecordVersionError */
export function checkSchema(database: DatabaseSync, file: string): void {
  if (isEmpty(database)) throw new NotARecordError(file, 'an empty database');
  if (pragma(database, 'application_id') !== APPLICATION_ID) {
    throw new NotARecordError(file, 'the database of another program');
  }
  const version = pragma(database, 'user_version');
  if (version !== SCHEMA_VERSION) throw new RecordVersionError(file, SCHEMA_VERSION, version);
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
