// The usual names of columns, compared without case, blanks and punctuation.

/** Whether a name is one of a kind, the most telling first. */
export const TIME_NAMES: readonly string[] = [
  ...['timestamp', 'datetime', 'time', 'date', 'ts', 'tsevent', 'eventtime', 'tradetime', 'transacttime'],
  ...['unix', 'unixtimestamp', 'unixtime', 'epoch', 'epochtime', 'opentime', 'windowstart', 'dt', 'day'],
  ...['gmttime', 'utctime', 'utc', 'localtime', 'tradedate', 'pricedate', 'quotetime', 'observationdate'],
  ...['dateandtime', 'datetimestamp', 'tradingday', 'tradingdate', 'datum', 'zeit', 't'],
];

/** A column of dates beside one of times of day. */
export const DATE_NAMES: readonly string[] = [
  'date',
  'tradedate',
  'tradingday',
  'tradingdate',
  'day',
  'dt',
  'datum',
];
export const TIME_OF_DAY_NAMES: readonly string[] = [
  'time',
  'tradetime',
  'timeofday',
  'hour',
  'uhrzeit',
  'zeit',
];

export const SYMBOL_NAMES: readonly string[] = [
  ...['symbol', 'ticker', 'instrument', 'sym', 'symbols', 'tickers', 'tickersymbol', 'stocksymbol'],
  ...['instrumentname', 'instrumentid', 'productid', 'product', 'pair', 'currencypair', 'tradingpair'],
  ...['security', 'contract', 'ric', 'stock', 'share', 'equity', 'underlying', 'asset', 'coin', 'market'],
  ...['tic', 'scrip', 'aktie', 'wertpapier', 'code', 'isin', 'wkn', 'name'],
];

export const PRICE_NAMES: readonly string[] = [
  ...['price', 'close', 'adjclose', 'last', 'mid', 'lastprice', 'closeprice', 'closingprice', 'tradeprice'],
  ...['closelast', 'adjustedclose', 'adjcloseprice', 'pxlast', 'px', 'midprice', 'midpoint', 'settle'],
  ...[
    'settlement',
    'settlementprice',
    'lasttradeprice',
    'mark',
    'markprice',
    'rate',
    'prc',
    'kurs',
    'schlusskurs',
    'preis',
    'value',
    'c',
    'p',
  ],
];

/** The column of a file of news. */
export const SENTIMENT_NAMES: readonly string[] = [
  ...['sentiment', 'sentimentscore', 'newssentiment', 'sentimentvalue', 'sentimentindex', 'avgsentiment'],
  ...['score', 'newsscore', 'compound', 'polarity', 'news', 'mood', 'fng', 'value'],
];

export const BID_NAMES: readonly string[] = [
  'bid',
  'bidprice',
  'bestbid',
  'bestbidprice',
  'bidpx',
  'bidpx00',
];
export const ASK_NAMES: readonly string[] = [
  ...['ask', 'askprice', 'bestask', 'bestaskprice', 'askpx', 'askpx00', 'offer', 'offerprice'],
];

/** Fields of a bar that are no price to trade at, and no symbol of a wide file. */
export const OTHER_FIELDS: ReadonlySet<string> = new Set([
  ...[
    'open',
    'high',
    'low',
    'volume',
    'dividends',
    'stocksplits',
    'capitalgains',
    'repaired',
    'vol',
    'adjfactor',
  ],
  ...[
    'openint',
    'openinterest',
    'vwap',
    'count',
    'trades',
    'tradecount',
    'quantity',
    'qty',
    'size',
    'amount',
  ],
  ...['turnover', 'change', 'changepct', 'id', 'index', 'unnamed0', 'per', 'spread'],
]);

const CURRENCY = /(?:usdt|usdc|usd|eur|gbp|jpy|krw|chf|inr|btc)$/;
const UNIT = /(?:utc|gmt|ms|us|ns|est|edt)$/;

/** `Adj Close`, `adj_close` and `<AdjClose>` are `adjclose`. */
export function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** The place of the first of `kinds` that a column has; -1 if none has one. A unit at the end is ignored. */
export function placeOf(names: readonly string[], kinds: readonly string[]): number {
  const plain = names.map(plainName);
  for (const kind of kinds) {
    const exact = plain.indexOf(kind);
    if (exact !== -1) return exact;
  }
  for (const kind of kinds) {
    if (kind.length < 3) continue;
    const near = plain.findIndex(
      (name) => name.replace(UNIT, '') === kind || name.replace(CURRENCY, '') === kind,
    );
    if (near !== -1) return near;
  }
  return -1;
}
