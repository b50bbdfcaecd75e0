import assert from 'node:assert/strict';
import { it } from 'node:test';
import { csvFormatOf } from '../../../../src/gateway/feeds/dialect/csv-format.ts';
import {
  type Dialect,
  type DialectSettings,
  dialectOf,
} from '../../../../src/gateway/feeds/dialect/dialect.ts';
import { FeedFileError } from '../../../../src/gateway/feeds/feed-errors.ts';

function dialect(
  text: string,
  settings: DialectSettings = { symbols: ['AAPL'] },
  path = '/data/AAPL.csv',
): Dialect {
  return dialectOf(path, text, csvFormatOf(text), settings);
}

function refused(text: string, message: RegExp, settings?: DialectSettings, path?: string): void {
  assert.throws(
    () => dialect(text, settings, path),
    (error) => error instanceof FeedFileError && message.test(error.message),
    text,
  );
}

it('time, symbol and price are found by their usual names, in any case and order', () => {
  for (const [header, time, symbol, price] of [
    ['timestamp,symbol,price', 0, 1, 2],
    ['"Timestamp","Symbol","Price"', 0, 1, 2],
    ['Volume,LAST,Instrument,DateTime', 3, 2, 1],
    ['date,ticker,open,high,low,close,volume', 0, 1, 5],
    ['<TICKER>,<PER>,<DATE>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>', 2, 0, 6],
    ['Date,Close,Adj Close,Name', 0, 3, 1],
    ['date,adj_close,mid,sym', 0, 3, 1],
    ['Open Time,Pair,Mid', 0, 1, 2],
    ['ticker,volume,open,close,high,low,window_start,transactions', 6, 0, 3],
    ['Timestamp (UTC),Currency Pair,Price (USD)', 0, 1, 2],
    ['time_ms,sym,px', 0, 1, 2],
    [',symbol,close', 0, 1, 2],
  ] as const) {
    const row = header.split(',').map((_, place) => (place === time ? '2024-01-31' : '5'));
    const { columns } = dialect(`${header}\n${row}\n`);
    assert.deepEqual([columns.time, columns.symbol, columns.prices], [time, symbol, [{ price }]], header);
  }
});

it('bid and ask give their middle only where there is no price', () => {
  assert.deepEqual(dialect('time,symbol,bid,ask\n').columns.prices, [{ price: 2, ask: 3 }]);
  assert.deepEqual(dialect('time,symbol,bid_price,ask_price,last\n').columns.prices, [{ price: 4 }]);
});

it('a date and a time of day apart are one time, and a time that is none is not', () => {
  const apart = dialect('Date,Time,Symbol,Close\n2024-01-31,09:30,A,5\n').columns;
  assert.deepEqual([apart.time, apart.timeOfDay], [0, 1]);
  const epoch = dialect('date,time,symbol,close\n2024-01-31,1706693400,A,5\n').columns;
  assert.deepEqual([epoch.time, epoch.timeOfDay], [1, undefined]);
});

it('a file without a symbol has that of --symbols, else that of its name, and both are said', () => {
  const text = 'Date,Close\n2024-01-31,5\n';
  const named = dialect(text, { symbols: ['IBM'] });
  assert.deepEqual([named.symbol, /symbol IBM from --symbols/.test(named.about)], ['IBM', true]);
  const unnamed = dialect(text, {}, '/data/BRK-B.csv.gz');
  assert.deepEqual([unnamed.symbol, /BRK-B from the name of the file/.test(unnamed.about)], ['BRK-B', true]);
  refused(text, /add --symbols NAME/, {}, '/data/prices (1).csv');
  refused(text, /name one symbol/, { symbols: ['A', 'B'] });
});

it('other prices are said, with the option that chooses one', () => {
  const { about } = dialect('Date,Open,High,Low,Close,Adj Close,Volume\n');
  assert.match(about, /price from Close \(not Adj Close: choose with --columns price="Adj Close"\)/);
});

it('--columns names any column, in any case, or by number where there is no header', () => {
  const header = 'when,who,how much,close';
  const named = dialect(`${header}\n1,A,5,6\n`, {
    columns: { time: 'When', symbol: 'who', price: 'how_much' },
  });
  assert.deepEqual([named.columns.time, named.columns.symbol, named.columns.prices], [0, 1, [{ price: 2 }]]);
  const some = dialect(`date,ticker,close,theo\n`, { columns: { price: 'theo' } }).columns;
  assert.deepEqual([some.time, some.symbol, some.prices], [0, 1, [{ price: 3 }]]);
  const numbers = dialect('20240131,A,5\n20240201,A,6\n', {
    columns: { time: '1', symbol: '2', price: '3' },
  }).columns;
  assert.deepEqual(
    [numbers.headerRows, numbers.time, numbers.symbol, numbers.prices],
    [0, 0, 1, [{ price: 2 }]],
  );
  const quote = dialect('t0,b,a,s\n', { columns: { time: 't0', bid: 'b', ask: 'a', symbol: 's' } }).columns;
  assert.deepEqual(quote.prices, [{ price: 1, ask: 2 }]);
  const apart = dialect('D,T,close\n', { columns: { date: 'D', time: 'T' }, symbols: ['A'] }).columns;
  assert.deepEqual([apart.time, apart.timeOfDay], [0, 1]);
  refused('Date,Close\n', /--columns price=Adj Close: expected the name of one of its columns.*Date,Close/, {
    columns: { price: 'Adj Close' },
  });
});

it('a wide file has a column for each symbol', () => {
  const wide = dialect('Date,AAPL,MSFT,Volume\n2024-01-31,5,6,100\n');
  assert.deepEqual(wide.columns.prices, [
    { price: 1, symbol: 'AAPL' },
    { price: 2, symbol: 'MSFT' },
  ]);
  assert.match(wide.about, /a column for each symbol \(AAPL, MSFT\)/);
  assert.deepEqual(dialect(',2330.TW\n2024-01-31,600\n').columns.prices, [{ price: 1, symbol: '2330.TW' }]);
  const joined = dialect('Date,Close_AAPL,Open_AAPL,Close_MSFT\n2024-01-31,5,6,7\n').columns.prices;
  assert.deepEqual(joined, [
    { price: 1, symbol: 'AAPL' },
    { price: 3, symbol: 'MSFT' },
  ]);
});

it('the several header rows of yfinance name fields and symbols, in either order', () => {
  for (const header of [
    'Price,Close,Close,Open,Open\nTicker,AAPL,MSFT,AAPL,MSFT\nDate,,,,\n',
    'Ticker,AAPL,MSFT,AAPL,MSFT\nPrice,Close,Close,Open,Open\nDate,,,,\n',
    ',Close,Close,Open,Open\n,AAPL,MSFT,AAPL,MSFT\nDate,,,,\n',
    'Attributes,Adj Close,Adj Close,Volume,Volume\nSymbols,AAPL,MSFT,AAPL,MSFT\n',
  ]) {
    const { columns } = dialect(`${header}2024-01-31,5,6,7,8\n`, {});
    assert.equal(columns.time, 0);
    assert.equal(columns.headerRows, header.split('\n').length - 1);
    assert.deepEqual(columns.prices, [
      { price: 1, symbol: 'AAPL' },
      { price: 2, symbol: 'MSFT' },
    ]);
  }
});

it('a title before the header is passed over', () => {
  const { columns } = dialect('Historical prices\n\nunix,date,symbol,close\n1706693400,2024-01-31,A,5\n');
  assert.deepEqual([columns.headerRows, columns.time, columns.symbol], [2, 1, 2]);
});

it('a file without a header is refused with the option that reads it', () => {
  refused('2024-01-31,A,5\n2024-02-01,A,6\n', /found "2024-01-31,A,5".*--columns time=1,symbol=2,price=3/);
  refused('open,volume\n1,2\n', /found "open,volume".*--columns time=Date,symbol=Ticker,price=Close/);
});

it('a comma that may mark decimals or thousands is refused with the option that decides', () => {
  refused('time\tsymbol\tprice\n2024-01-31\tA\t1,234\n', /"1,234".*--decimal point.*--decimal comma/);
  const text = 'time\tsymbol\tprice\n2024-01-31\tA\t1,234\n';
  assert.equal(dialect(text, { decimalMark: 'comma' }).decimalMark, 'comma');
});
