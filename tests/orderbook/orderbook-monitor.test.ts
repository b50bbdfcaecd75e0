import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processCounters } from '../../src/monitoring/stack-book.ts';
import { OrderBookMonitor } from '../../src/orderbook/orderbook-monitor.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';

function monitored() {
  const { log, warnings } = recordedLog();
  const counters = processCounters('orderbook');
  return {
    monitor: new OrderBookMonitor(log, counters),
    counters,
    messages: () => warnings.map(({ message }) => message),
  };
}

test('a full book names --symbol-capacity once, and counts every symbol that it skips', () => {
  const { monitor, counters, messages } = monitored();
  for (const symbol of ['AAPL', 'MSFT']) {
    monitor.bookFull(symbol, 8);
    monitor.rejected('symbol', `${symbol},1`);
  }
  assert.equal(messages().length, 1);
  assert.match(
    messages()[0] ?? '',
    /the book is full: it has room for 8 symbols, so AAPL .*--symbol-capacity/,
  );
  assert.equal(counters.get('orderbook.symbolsRejected'), 2);
});

test('a symbol that --symbols does not name is not called a bad one; one that no book can have is', () => {
  const { monitor, messages } = monitored();
  monitor.symbolExcluded('AAPL');
  monitor.rejected('symbol', 'AAPL,1');
  monitor.rejected('symbol', 'A A,1');
  assert.deepEqual(messages(), ['skipped AAPL: --symbols does not name it', 'skipped a bad symbol: "A A,1"']);
});

test('a Gateway that disconnects after the end of its feed is no loss; one that disconnects before is', () => {
  const { monitor, counters, messages } = monitored();
  monitor.connected(1, 1);
  monitor.resumed();
  monitor.logFeedEnd();
  for (const reason of ['the other side closed the connection', 'read ECONNRESET']) {
    monitor.disconnected(reason, true, 'localhost:9001');
    monitor.connected(1, 9); // the port is held until the Gateway has exited
  }
  assert.deepEqual(messages(), []);
  monitor.resumed();
  monitor.disconnected('read ECONNRESET', true, 'localhost:9001');
  assert.deepEqual(messages(), ['lost the Gateway: read ECONNRESET; reconnecting']);
  assert.equal(counters.get('orderbook.connected'), 0);
});
