// The tables of the order record.

import type { DatabaseSync } from 'node:sqlite';
import { NotARecordError, RecordVersionError } from './errors.ts';

/**
 * What turns a record of version N into one of version N + 1, from version 1 on. A record is brought up to date when it
 * is opened for writing. A reader accepts older ones, and has no values for columns that came later.
 */
const MIGRATIONS: readonly string[] = [
  'ALTER TABLE orders ADD COLUMN market_time INTEGER;',
  // An order that was filled at another price than its own has that one as `limit_price`. Fees are in USD.
  `ALTER TABLE orders ADD COLUMN limit_price REAL;
   ALTER TABLE orders ADD COLUMN fee REAL NOT NULL DEFAULT 0;
   ALTER TABLE strategies ADD COLUMN fees REAL NOT NULL DEFAULT 0;`,
  // Positions may have decimals: SQLite changes the type of a column by a copy of the table.
  `CREATE TABLE orders_copy (
     order_id    INTEGER PRIMARY KEY,
     strategy    TEXT NOT NULL,
     cl_ord_id   TEXT,
     symbol      TEXT NOT NULL,
     side        TEXT NOT NULL CHECK (side IN ('BUY', 'SELL')),
     quantity    REAL NOT NULL,
     price       REAL NOT NULL,
     status      TEXT NOT NULL CHECK (status IN ('FILLED', 'REJECTED')),
     reason      TEXT,
     time        TEXT NOT NULL,
     position    REAL NOT NULL,
     market_time INTEGER,
     limit_price REAL,
     fee         REAL NOT NULL DEFAULT 0
   ) STRICT;
   INSERT INTO orders_copy SELECT * FROM orders;
   DROP TABLE orders;
   ALTER TABLE orders_copy RENAME TO orders;
   CREATE UNIQUE INDEX one_order_a_cl_ord_id ON orders (strategy, cl_ord_id) WHERE cl_ord_id IS NOT NULL;
   CREATE TABLE positions_copy (
     strategy      TEXT NOT NULL,
     symbol        TEXT NOT NULL,
     quantity      REAL NOT NULL,
     average_price REAL NOT NULL,
     realised_pnl  REAL NOT NULL,
     PRIMARY KEY (strategy, symbol)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO positions_copy SELECT * FROM positions;
   DROP TABLE positions;
   ALTER TABLE positions_copy RENAME TO positions;`,
  'ALTER TABLE orders ADD COLUMN note TEXT;',
  // One row: up to which order of its journal the record has them. `chain` is that order's commit word there.
  `CREATE TABLE journal (
     record_id TEXT NOT NULL,
     order_id  INTEGER NOT NULL,
     chain     INTEGER
   ) STRICT;
   INSERT INTO journal SELECT lower(hex(randomblob(16))), coalesce(max(order_id), 0), NULL FROM orders;`,
];

/** `PRAGMA user_version` of a record. */
const SCHEMA_VERSION = 1 + MIGRATIONS.length;

/** `PRAGMA application_id` of a record: "TICK" in ASCII, which `file orders.sqlite` shows. */
const APPLICATION_ID = 0x5449434b;

/**
 * One row of `orders` per order. `time` is the wall clock, ISO 8601 in UTC to the millisecond. `position` is
 * what the strategy holds of the symbol after the order, in signed shares. `quantity` is REAL because a
 * rejected order may have any. `market_time` is in ms since 1970 UTC. `positions` and `strategies` are sums, so that a
 * start does not read all orders.
 */
const TABLES_OF_VERSION_1 = `
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
    ${TABLES_OF_VERSION_1}
    ${MIGRATIONS.join('\n')}
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${SCHEMA_VERSION};
    COMMIT;
  `);
}

/** Whether the database has never had a table. */
export function isEmpty(database: DatabaseSync): boolean {
  return pragma(database, 'schema_version') === 0;
}

/** Brings a record of an older version up to date, in one transaction. */
export function migrate(database: DatabaseSync): void {
  const steps = MIGRATIONS.slice(pragma(database, 'user_version') - 1);
  if (steps.length === 0) return;
  database.exec(`
    BEGIN IMMEDIATE;
    ${steps.join('\n')}
    PRAGMA user_version = ${SCHEMA_VERSION};
    COMMIT;
  `);
}

/** Checks that the database is a record of this version, or of an older one. @throws NotARecordError, RecordVersionError */
export function checkSchema(database: DatabaseSync, file: string): void {
  if (isEmpty(database)) throw new NotARecordError(file, 'an empty database');
  if (pragma(database, 'application_id') !== APPLICATION_ID) {
    throw new NotARecordError(file, 'the database of another program');
  }
  const version = pragma(database, 'user_version');
  if (version < 1 || version > SCHEMA_VERSION) throw new RecordVersionError(file, SCHEMA_VERSION, version);
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
