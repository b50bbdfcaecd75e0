// How the order record looks on disk, and how a database becomes one.

import type { DatabaseSync } from 'node:sqlite';
import { NotARecordError, RecordVersionError } from './errors.ts';

/** `PRAGMA user_version` of a record; one more with each change of the tables. */
const SCHEMA_VERSION = 1;

/** `PRAGMA application_id` of a record: "TICK" in ASCII, so that `file orders.sqlite` can tell. */
const APPLICATION_ID = 0x5449434b;

/**
 * One row an order, in the order of its id. `time` is ISO 8601 in UTC, to the millisecond, of the wall clock:
 * for people. `position` is what the strategy held of the symbol after the order. `quantity` is REAL because a
 * rejected order may have asked for any number. `positions` and `strategies` are what a start needs, so that it
 * never has to look at the orders.
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

/** Makes the tables, all or none. */
export function createTables(database: DatabaseSync): void {
  database.exec(`
    BEGIN IMMEDIATE;
    ${TABLES}
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${SCHEMA_VERSION};
    COMMIT;
  `);
}

/** Whether nothing has ever been put into the database. */
export function isEmpty(database: DatabaseSync): boolean {
  return pragma(database, 'schema_version') === 0;
}

/** Throws `NotARecordError` or `RecordVersionError` unless the database is a record of this version. */
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
