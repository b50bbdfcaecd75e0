import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ClientCrowd, type CrowdMember } from '../../src/gateway/client-crowd.ts';
import { until } from '../../tools/testing/poll.ts';

/** Lacks so many writes, each of which keeps the event loop busy. */
class Member implements CrowdMember {
  lacks: number;
  readonly #busyMs: number;

  constructor(lacks: number, busyMs = 0) {
    this.lacks = lacks;
    this.#busyMs = busyMs;
  }

  pump(): boolean {
    if (this.lacks === 0) return false;
    for (const end = performance.now() + this.#busyMs; performance.now() < end; );
    return --this.lacks > 0;
  }
}

function crowdOf(t: TestContext, members: readonly Member[]): ClientCrowd<Member> {
  const crowd = new ClientCrowd<Member>();
  t.after(() => crowd.stop());
  for (const member of members) crowd.add(member);
  return crowd;
}

test('a few members are served immediately', (t) => {
  const members = Array.from({ length: 16 }, () => new Member(3));
  crowdOf(t, members).pump();
  assert.ok(members.every(({ lacks }) => lacks === 0));
});

test("the stack's own are served immediately, however many others there are", (t) => {
  const [own, ...others] = Array.from({ length: 100 }, () => new Member(3));
  const crowd = crowdOf(t, [own, ...others]);
  crowd.adopt(own);
  crowd.pump();
  assert.equal(own.lacks, 0);
  assert.ok(others.every(({ lacks }) => lacks === 3));
  own.lacks = 2;
  crowd.pumpOne(own);
  assert.equal(own.lacks, 0);
  crowd.remove(own);
  own.lacks = 1;
  crowd.pump();
  assert.equal(own.lacks, 1);
});

test('many members are served in turns, until none lacks anything', { timeout: 60_000 }, async (t) => {
  const members = Array.from({ length: 100 }, () => new Member(2, 0.5));
  const crowd = crowdOf(t, members);
  crowd.pump();
  assert.ok(
    members.every(({ lacks }) => lacks === 2),
    'nobody waits for them',
  );
  let iterations = 0;
  await until('all are served', () => {
    iterations++;
    return members.every(({ lacks }) => lacks === 0);
  });
  assert.ok(iterations > 3, `${iterations} iterations`);
});

test('a member that has drained gets the rest, in its turn', { timeout: 60_000 }, async (t) => {
  const members = Array.from({ length: 100 }, () => new Member(0));
  const crowd = crowdOf(t, members);
  const [drained = assert.fail()] = members;
  drained.lacks = 5;
  crowd.pumpOne(drained);
  assert.equal(drained.lacks, 5);
  await until('it has all', () => drained.lacks === 0);
});
