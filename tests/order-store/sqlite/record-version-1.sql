-- A record as the first version made it.
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
INSERT INTO orders VALUES (1, 'crossover', 'a-1', 'AAPL', 'BUY', 10, 173.2, 'FILLED', NULL, '2001-07-31T12:00:00.000Z', 10);
INSERT INTO positions VALUES ('crossover', 'AAPL', 10, 173.2, 0);
INSERT INTO strategies VALUES ('crossover', 'a-1', 1, 0);
PRAGMA application_id = 0x5449434b;
PRAGMA user_version = 1;
