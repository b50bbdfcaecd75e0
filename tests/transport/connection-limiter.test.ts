import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionLimiter, type PendingConnection } from '../../src/transport/connection-limiter.ts';
import fc from '../property.ts';

let clock = 0;
const from = (address: string, isOwn = false): PendingConnection => ({ address, isOwn, activeAt: ++clock });
const own = (address: string) => from(address, true);

test('while there is room, no connection is closed for another', () => {
  const limiter = new ConnectionLimiter({ total: 3, perAddress: 3, pending: 3 });
  for (const address of ['a', 'a', 'b']) assert.equal(limiter.admit(from(address)), undefined);
});

test('one pending connection too many evicts the oldest of the address that has the most', () => {
  const limiter = new ConnectionLimiter({ total: 100, perAddress: 100, pending: 4 });
  const [one, ...flood] = [from('desk'), from('flood'), from('flood'), from('flood'), from('flood')];
  limiter.admit(one);
  for (const each of flood.slice(0, 3)) limiter.admit(each);
  assert.equal(limiter.admit(flood[3] ?? one), flood[0]);
  assert.equal(limiter.admit(from('flood')), flood[1]);
  assert.deepEqual([...limiter.pending()].length, 4);
  assert.ok([...limiter.pending()].includes(one));
});

test('a confirmed connection is never evicted', () => {
  const limiter = new ConnectionLimiter({ total: 100, perAddress: 100, pending: 1 });
  const confirmed = from('a');
  limiter.admit(confirmed);
  limiter.confirm(confirmed);
  for (let i = 0; i < 10; i++) assert.notEqual(limiter.admit(from('a')), confirmed);
  assert.equal([...limiter.all()].length, 2);
});

test('when all connections are confirmed and there is no room, the new one is closed', () => {
  const limiter = new ConnectionLimiter({ total: 2, perAddress: 2, pending: 2 });
  for (const each of [from('a'), from('b')]) {
    limiter.admit(each);
    limiter.confirm(each);
  }
  const late = from('c');
  assert.equal(limiter.admit(late), late);
  assert.equal([...limiter.all()].length, 2);
});

test('an address at its limit evicts only its own connections', () => {
  const limiter = new ConnectionLimiter({ total: 100, perAddress: 2, pending: 100 });
  const [first, second, other] = [from('a'), from('a'), from('b')];
  for (const each of [other, first, second]) limiter.admit(each);
  const third = from('a');
  assert.equal(limiter.admit(third), first);
  for (const each of [second, third]) limiter.confirm(each);
  const fourth = from('a');
  assert.equal(limiter.admit(fourth), fourth);
  assert.equal(limiter.admit(from('b')), undefined);
});

test('a connection of this user takes the place of a stranger, identified or not, and never the reverse', () => {
  const limiter = new ConnectionLimiter({ total: 3, perAddress: 3, pending: 3 });
  const [quiet, known, mine] = [from('a'), from('a'), own('a')];
  for (const each of [quiet, known, mine]) limiter.admit(each);
  limiter.confirm(known);
  assert.equal(limiter.admit(own('a')), quiet);
  assert.equal(limiter.admit(own('a')), known);
  const late = from('a');
  assert.equal(limiter.admit(late), late);
  assert.equal(limiter.admit(own('a')), mine, 'the oldest of this user that has not identified itself');
});

test('a connection that has proved its name, or identified itself as this user, is never evicted', () => {
  const limiter = new ConnectionLimiter({ total: 2, perAddress: 2, pending: 2 });
  const [remote, mine] = [from('a'), own('a')];
  for (const each of [remote, mine]) limiter.admit(each);
  limiter.confirm(remote, true);
  limiter.confirm(mine);
  for (const late of [from('a'), own('a')]) assert.equal(limiter.admit(late), late);
});

test('of two strangers the one that has been idle for longer gives way', () => {
  const limiter = new ConnectionLimiter({ total: 2, perAddress: 2, pending: 2 });
  const busy = { address: 'a', isOwn: false, activeAt: 100 };
  const idle = { address: 'a', isOwn: false, activeAt: 50 };
  for (const each of [busy, idle]) limiter.admit(each);
  assert.equal(limiter.admit({ address: 'a', isOwn: false, activeAt: 101 }), idle);
});

test('the limits hold after any sequence of calls, and removed connections make room', () => {
  const limits = { total: 6, perAddress: 4, pending: 3 };
  const step = fc.record({
    what: fc.constantFrom('admit', 'confirm', 'remove'),
    address: fc.constantFrom('a', 'b', 'c'),
    isOwn: fc.boolean(),
    which: fc.nat({ max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const limiter = new ConnectionLimiter(limits);
      for (const { what, address, which, isOwn } of steps) {
        const all = [...limiter.all()];
        const one = all[which % Math.max(1, all.length)];
        if (what === 'admit') limiter.admit(from(address, isOwn));
        else if (one && what === 'confirm') limiter.confirm(one);
        else if (one) limiter.remove(one);
        const now = [...limiter.all()];
        assert.ok(now.length <= limits.total && [...limiter.pending()].length <= limits.pending);
        for (const each of ['a', 'b', 'c'])
          assert.ok(now.filter((some) => some.address === each).length <= limits.perAddress);
      }
      for (const each of [...limiter.all()]) limiter.remove(each);
      assert.deepEqual([...limiter.pending()], []);
      for (let i = 0; i < limits.pending; i++) assert.equal(limiter.admit(from('a')), undefined);
    }),
  );
});
