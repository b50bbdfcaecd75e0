// A backtest and a lossless run at full speed give the same orders and the same profit, for the other strategies that come
// with the project.

import { example, testParity } from '../end-to-end/backtest-parity.ts';

testParity('mean reversion', { strategy: example('mean-reversion') });
testParity('relative strength index', { strategy: example('rsi') });
testParity('pairs', { strategy: example('pairs') });
testParity('crossover with its parameters on a few symbols', {
  symbols: 'IBM,GE,T,XOM,MSFT',
  newsEvery: '50ticks',
  short: '3',
  long: '50',
  seed: '7',
});
