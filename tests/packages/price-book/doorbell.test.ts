import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { futexTimeout } from '../../../packages/posix/libc.ts';
import { requestBell, tickBell } from '../../../packages/price-book/book-header.ts';
import { HEADER } from '../../../packages/price-book/layout.ts';
import { Armed } from '../../../packages/price-book/shared-memory/doorbell.ts';
import { memoryWithoutFile } from './unique-book.ts';

const LONG = futexTimeout(60e9);
const SHORT = futexTimeout(1e6);

test('a wait with a value from before the bell rang resolves immediately', { timeout: 60_000 }, async () => {
  const bell = tickBell(memoryWithoutFile(1, 2));
  const before = bell.value;
  bell.ring();
  await bell.wait(before, LONG);
});

test('a wait resolves after its time-out if the bell does not ring', { timeout: 60_000 }, async () => {
  const bell = tickBell(memoryWithoutFile(1, 2));
  await bell.wait(bell.value, SHORT);
});

test('the bell wakes all readers that wait', { timeout: 60_000 }, async () => {
  const bell = tickBell(memoryWithoutFile(1, 2));
  const asleep = [bell.wait(bell.value, LONG), bell.wait(bell.value, LONG)];
  bell.ring();
  await Promise.all(asleep);
});

test('the bells of ticks and of requests wake nobody else', { timeout: 60_000 }, async () => {
  const memory = memoryWithoutFile(1, 2);
  const [ticks, requests] = [tickBell(memory), requestBell(memory)];
  const asleep = requests.wait(requests.value, LONG);
  const before = requests.value;
  ticks.ring();
  assert.equal(requests.value, before);
  requests.ring();
  await asleep;
  assert.notEqual(requests.value, before);
});

test('a reader that arms while the bell clears the flag finds another value in the word', () => {
  const memory = memoryWithoutFile(1, 2);
  const bell = tickBell(memory);
  memory.storeU32(HEADER.at.armed, 1); // left by a wait that did not sleep
  const { compareExchange } = Atomics;
  let looked: number | undefined;
  const interrupted = mock.method(
    Atomics,
    'compareExchange',
    (...args: Parameters<typeof compareExchange>) => {
      looked ??= bell.value; // the reader reads the word, arms, and is about to sleep; then the writer continues
      return compareExchange(...args);
    },
  );
  bell.ring();
  interrupted.mock.restore();
  assert.notEqual(looked, undefined);
  assert.notEqual(
    bell.value,
    looked,
    'the kernel would put this reader to sleep, and no writer would wake it',
  );
});

test('after each ring nobody is armed, however many have waited', { timeout: 60_000 }, async () => {
  const memory = memoryWithoutFile(1, 2);
  const bell = tickBell(memory);
  for (let round = 0; round < 300; round++) {
    const left = round % 3; // what a wait that did not sleep may have left
    memory.storeU32(HEADER.at.armed, left);
    const { value } = bell;
    const waits = Array.from({ length: 1 + (round % 4) }, () => bell.wait(value, LONG)); // as many as libuv has threads
    if (round % 5 > 0) await new Promise(setImmediate); // some are not asleep yet
    bell.ring();
    await Promise.all(waits);
    bell.ring(); // of one that nobody could be woken for
    assert.equal(memory.loadU32(HEADER.at.armed), Armed.NOBODY, `round ${round}`);
  }
});
