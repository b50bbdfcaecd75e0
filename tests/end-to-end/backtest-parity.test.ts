// A backtest and a lossless run at full speed give the same orders and the same profit on all 30 symbols. tests/long has the
// other strategies: most of the time of such a test starts processes.

import { testParity } from './backtest-parity.ts';

testParity('crossover', { newsEvery: '500ticks' });
