import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionLimiter, type PendingConnection } from '../../src/transport/connection-limiter.ts';
import fc from '../property.ts';

const guest = (address: string): PendingConnection => ({ address });

test('while there is room nobody gives way', () => {
  const guests = new ConnectionLimiter({ guests: 3, guestsOfAnAddress: 3, newcomers: 3 });
  for (const address of ['a', 'a', 'b']) assert.equal(guests.enter(guest(address)), undefined);
});

test('too many newcomers push out the oldest, of the address that has the most', () => {
  const guests = new ConnectionLimiter({ guests: 100, guestsOfAnAddress: 100, newcomers: 4 });
  const [one, ...flood] = [guest('desk'), guest('flood'), guest('flood'), guest('flood'), guest('flood')];
  guests.enter(one);
  for (const each of flood.slice(0, 3)) guests.enter(each);
  assert.equal(guests.enter(flood[3] ?? one), flood[0]);
  assert.equal(guests.enter(guest('flood')), flood[1]);
  assert.deepEqual([...guests.newcomers()].length, 4);
  assert.ok([...guests.newcomers()].includes(one));
});

test('who has said who it is does not give way', () => {
  const guests = new ConnectionLimiter({ guests: 100, guestsOfAnAddress: 100, newcomers: 1 });
  const known = guest('a');
  guests.enter(known);
  guests.settle(known);
  for (let i = 0; i < 10; i++) assert.notEqual(guests.enter(guest('a')), known);
  assert.equal([...guests.all()].length, 2);
});

test('where all are known, and there is no room, the new one has to go', () => {
  const guests = new ConnectionLimiter({ guests: 2, guestsOfAnAddress: 2, newcomers: 2 });
  for (const each of [guest('a'), guest('b')]) {
    guests.enter(each);
    guests.settle(each);
  }
  const late = guest('c');
  assert.equal(guests.enter(late), late);
  assert.equal([...guests.all()].length, 2);
});

test('an address that has all that it may have pushes out none but its own', () => {
  const guests = new ConnectionLimiter({ guests: 100, guestsOfAnAddress: 2, newcomers: 100 });
  const [first, second, other] = [guest('a'), guest('a'), guest('b')];
  for (const each of [other, first, second]) guests.enter(each);
  const third = guest('a');
  assert.equal(guests.enter(third), first);
  for (const each of [second, third]) guests.settle(each);
  const fourth = guest('a');
  assert.equal(guests.enter(fourth), fourth);
  assert.equal(guests.enter(guest('b')), undefined);
});

test('whatever they do, there are never more than the limits say, and who left makes room', () => {
  const limits = { guests: 6, guestsOfAnAddress: 4, newcomers: 3 };
  const step = fc.record({
    what: fc.constantFrom('enter', 'settle', 'leave'),
    address: fc.constantFrom('a', 'b', 'c'),
    which: fc.nat({ max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const guests = new ConnectionLimiter(limits);
      for (const { what, address, which } of steps) {
        const all = [...guests.all()];
        const one = all[which % Math.max(1, all.length)];
        if (what === 'enter') guests.enter(guest(address));
        else if (one && what === 'settle') guests.settle(one);
        else if (one) guests.leave(one);
        const now = [...guests.all()];
        assert.ok(now.length <= limits.guests && [...guests.newcomers()].length <= limits.newcomers);
        for (const each of ['a', 'b', 'c'])
          assert.ok(now.filter((some) => some.address === each).length <= limits.guestsOfAnAddress);
      }
      for (const each of [...guests.all()]) guests.leave(each);
      for (let i = 0; i < limits.newcomers; i++) assert.equal(guests.enter(guest('a')), undefined);
    }),
  );
});
