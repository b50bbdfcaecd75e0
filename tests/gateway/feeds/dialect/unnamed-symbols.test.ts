// A column of symbols whose name is not a usual one.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { csvFormatOf } from '../../../../src/gateway/feeds/dialect/csv-format.ts';
import {
  type Dialect,
  type DialectSettings,
  dialectOf,
} from '../../../../src/gateway/feeds/dialect/dialect.ts';
import { FeedFileError } from '../../../../src/gateway/feeds/feed-errors.ts';

function dialect(text: string, settings: DialectSettings = {}): Dialect {
  return dialectOf('/data/AAPL.csv', text, csvFormatOf(text), settings);
}

function refused(text: string, message: RegExp, settings?: DialectSettings): void {
  assert.throws(
    () => dialect(text, settings),
    (error) => error instanceof FeedFileError && message.test(error.message),
    text,
  );
}

/** Rows of two days, each with a text of `texts` and a price. */
function file(header: string, texts: readonly string[], mark = ','): string {
  const rows = texts.map((text, i) => [`2024-01-0${1 + (i >> 1)}`, text, 5 + i].join(mark));
  return `${[header, ...rows].join('\n')}\n`;
}

const SHARES = ['SAP', 'BMW', 'SAP', 'BMW'];

it('share and Aktie are names of a column of symbols', () => {
  for (const text of [file('date,share,price', SHARES), file('Datum;Aktie;Kurs', SHARES, ';')])
    assert.deepEqual([dialect(text).columns.symbol, dialect(text).symbol], [1, undefined], text);
});

it('several symbols in a column with another name are refused with the option that reads them', () => {
  const text = file('date,paper,price', SHARES);
  refused(text, /expected symbols .*found SAP, BMW in paper; add --columns symbol=paper, or --symbols NAME/);
  refused(file('date,"my paper",price', SHARES), /--columns symbol="my paper",/);
  refused(text, /--columns symbol=paper$/, { symbols: ['SAP'] });
  refused(text, /--columns symbol=paper,/, { symbols: ['SAP', 'BMW'] });
  refused('2024-01-01,SAP,5\n2024-01-01,BMW,6\n', /in 2; add --columns symbol=2,/, {
    columns: { time: '1', price: '3' },
  });
  assert.equal(dialect(text, { columns: { symbol: 'paper' } }).columns.symbol, 1);
});

it('--symbols with another name is the symbol of all rows, and the log says of the column', () => {
  const { symbol, about } = dialect(file('date,paper,price', SHARES), { symbols: ['DAX'] });
  assert.equal(symbol, 'DAX');
  assert.match(about, /symbol DAX .* all rows, whatever paper has \(SAP, BMW\); --columns symbol=paper/);
});

it('a column of symbols beside a price with an unknown name does not make a symbol of that name', () => {
  const text = file('date,company,paid', SHARES);
  refused(
    text,
    /found SAP, BMW in company; add --columns time=date,symbol=company,price=paid, or --symbols paid if/,
  );
  refused(file('day,company,share_price', SHARES), /price=share_price/);
  const named = dialect(text, { columns: { time: 'date', symbol: 'company', price: 'paid' } }).columns;
  assert.deepEqual([named.symbol, named.prices], [1, [{ price: 2 }]]);
  assert.deepEqual(dialect(text, { symbols: ['paid'] }).columns.prices, [{ price: 2, symbol: 'paid' }]);
});

it('flags, exchanges, volumes, times and single values are no symbols', () => {
  for (const [name, texts] of [
    ['exchange', ['XNAS', 'ARCX', 'XNAS', 'BATS']],
    ['side', ['buy', 'sell', 'buy', 'sell']],
    ['Currency', ['USD', 'EUR', 'USD', 'EUR']],
    ['sale_condition', ['@F', 'T', '@F', 'I']],
    ['what', ['true', 'false', 'true', 'true']],
    ['what', ['Mon', 'Tue', 'Mon', 'Tuesday']],
    ['what', ['45.3M', '950.1K', '1.1B', '7']],
    ['what', ['09:30', '09:31', '09:32', '09:33']],
    ['what', ['9:30 AM', '9:31 AM', '9:32 AM', '9:33 AM']],
    ['what', ['SAP', 'SAP', 'SAP', 'SAP']],
    ['company', ['Apple Inc', 'Apple Inc', 'Apple Inc', 'Apple Inc']],
    ['what', ['', '', '', 'SPLIT']],
    ['trade_id', ['a1', 'a2', 'a3', 'a4']],
  ] as const)
    assert.equal(dialect(file(`date,${name},price`, texts)).symbol, 'AAPL', `${name}: ${texts}`);
});
