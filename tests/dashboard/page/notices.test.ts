import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceLines } from '../../../src/dashboard/messages.ts';
import { noticesOf } from '../../../src/dashboard/page/notices.ts';

const RUNNING: SourceLines = {
  ...{
    book: null,
    news: null,
    orders: null,
    feed: null,
    ended: null,
    sampling: false,
    symbolsInBook: 1,
    ownCpu: null,
  },
  halts: { all: false, strategies: [] },
};

const notices = (fields: Partial<SourceLines>) =>
  noticesOf({ sources: { ...RUNNING, ...fields }, setup: undefined, publishers: [] });

test('a stack that runs has no notice', () => {
  assert.deepEqual(notices({}), []);
});

test('a halt of one strategy is not a halt of trading', () => {
  const [text, ...more] = notices({ halts: { all: false, strategies: ['mine'] } });
  assert.equal(
    text,
    'Strategy mine is halted: its orders are rejected, those of any other are not. To resume: ./tickline resume --only mine',
  );
  assert.deepEqual(more, []);
});

test('a halt of all trading says that every order is rejected', () => {
  assert.match(
    notices({ halts: { all: true, strategies: [] } }).join(),
    /^All trading is halted: .* every order/,
  );
});

test('the end of the data is said, and before what is down', () => {
  assert.deepEqual(notices({ ended: 'The replay has ended.', news: 'no news' }), [
    'The replay has ended.',
    'no news',
  ]);
});

test('signals that cannot be read are named with their strategy and the reason', () => {
  const publisher = { strategy: 'mine', indicators: [], isLive: false };
  const noticesWith = (problem: string | null) =>
    noticesOf({ sources: RUNNING, setup: undefined, publishers: [{ ...publisher, problem }] });
  assert.deepEqual(noticesWith('it is a symlink'), [
    'Signals of strategy mine are not shown: it is a symlink',
  ]);
  assert.deepEqual(noticesWith(null), []);
});

test('a feed that is down is said, before what else is missing', () => {
  assert.deepEqual(notices({ feed: 'The feed of prices is down.', news: 'no news' }), [
    'The feed of prices is down.',
    'no news',
  ]);
});
