import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csv } from '../../src/dashboard/csv.ts';
import { exportRoutes } from '../../src/dashboard/exports.ts';

const FILLED = {
  status: 'FILLED',
  side: 'BUY',
  quantity: 10,
  price: 173.2,
  symbol: 'AAPL',
  position: 10,
} as const;
const ROUTES = exportRoutes({
  trades: () => [
    { line: 1, at: 0, orderId: 7, strategy: 'one', ...FILLED },
    { line: 2, at: 1_000, orderId: 8, strategy: 'other', ...FILLED, limit: 173.3, fee: 0.25, note: '=cheap' },
  ],
  positions: () => [
    { strategy: 'one', symbol: 'AAPL', quantity: 10, averagePrice: 173.2, realisedPnl: 0.1 + 0.2 },
  ],
  priceOf: () => 174.2,
  strategies: () =>
    ['one', 'other'].map((name) => ({ name, filled: 1, rejected: 0, fees: 0, gains: 0, losses: 0 })),
  equity: () => [
    [0, 1, 2, 1, 1, 0, 1],
    [1_000, 1, 1, 1, 0, 0, 1],
  ],
});

async function lines(name: string, query = ''): Promise<string[]> {
  const answer = await ROUTES.get(name)?.(new URLSearchParams(query));
  assert.equal(answer?.type, 'text/csv; charset=utf-8');
  assert.equal(`/${answer.fileName}`, name);
  return String(answer.body).trimEnd().split('\r\n');
}

test('trades are exported with their ids, of all strategies or of one', async () => {
  assert.deepEqual(await lines('/trades.csv'), [
    'time,order_id,strategy,side,quantity,symbol,price,position,limit,fee,note',
    '1970-01-01T00:00:00.000Z,7,one,BUY,10,AAPL,173.2,10,,,',
    "1970-01-01T00:00:01.000Z,8,other,BUY,10,AAPL,173.2,10,173.3,0.25,'=cheap",
  ]);
  assert.equal((await lines('/trades.csv', 'strategy=other')).length, 2);
});

test('positions are exported at the latest price', async () => {
  assert.deepEqual(await lines('/positions.csv'), [
    'strategy,symbol,quantity,average_price,last_price,realised,unrealised',
    'one,AAPL,10,173.2,174.2,0.3,10',
  ]);
  assert.equal((await lines('/positions.csv', 'strategy=nobody')).length, 1);
});

test('P&L is exported with its drawdown, of all strategies or of one', async () => {
  assert.deepEqual(await lines('/equity.csv'), [
    'time,realised,unrealised,total,drawdown',
    '1970-01-01T00:00:00.000Z,1,2,3,0',
    '1970-01-01T00:00:01.000Z,1,1,2,-1',
  ]);
  const [, , last] = await lines('/equity.csv', 'strategy=one');
  assert.equal(last, '1970-01-01T00:00:01.000Z,1,0,1,-1');
  assert.equal((await lines('/equity.csv', 'strategy=nobody')).length, 1);
});

test('a text is quoted where it must be, and never a formula', () => {
  assert.equal(csv([['a"b', 'a,b', '=1+1', undefined, -5]]), `"a""b","a,b",'=1+1,,-5\r\n`);
});
