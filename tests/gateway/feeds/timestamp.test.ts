import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FeedTime, nsBetween, parseTimestamp, type Timestamp } from '../../../src/gateway/feeds/timestamp.ts';
import fc from '../../property.ts';

function parsed(text: string): Timestamp {
  const timestamp = parseTimestamp(text);
  assert.ok(timestamp, text);
  return timestamp;
}

it('any instant of a four-digit year is read as Date reads it', () => {
  const dates = fc.date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(dates, (date) => {
      assert.deepEqual(parsed(date.toISOString()), { epochMs: date.getTime(), ns: 0 });
      assert.deepEqual(parsed(String(date.getTime())), { epochMs: date.getTime(), ns: 0 });
    }),
  );
});

it('all forms that files use are read', () => {
  const morning = Date.UTC(2001, 6, 31, 9, 30);
  assert.equal(parsed('2001-07-31').epochMs, Date.UTC(2001, 6, 31));
  for (const text of [
    '2001-07-31T09:30',
    '2001-07-31 09:30:00',
    '2001-07-31T09:30:00.000Z',
    '2001-07-31T11:30:00+02:00',
    '2001-07-31 05:30:00-0400',
    '2001-07-31 05:30:00-04',
    String(morning),
  ]) {
    assert.deepEqual(parsed(text), { epochMs: morning, ns: 0 }, text);
  }
  assert.deepEqual(parsed('2001-07-31T09:30:00.123456789Z'), { epochMs: morning + 123, ns: 456_789 });
});

it('text that is not a timestamp is refused', () => {
  const texts = ['', 'yesterday', '2001-02-30', '2001-13-01', '2001-7-1', '31/07/2001', '2001-07-31T24:00'];
  texts.push('2001-07-31T09:60', '2001-07-31T09', '1.5', '1e3', '2001-07-31Z', '1'.repeat(16));
  for (const text of texts) assert.equal(parseTimestamp(text), undefined, text);
});

it('the nanoseconds between two instants are exact', () => {
  const start = parsed('2001-07-31T09:30:00.000000001');
  assert.equal(nsBetween(start, parsed('2001-07-31T09:30:00.000000002')), 1);
  assert.equal(nsBetween(start, parsed('2001-07-31T09:30:01.000000000')), 999_999_999);
});

it('feed time never goes backwards, and continues when the file starts again', () => {
  const time = new FeedTime();
  const times = (...texts: string[]) => texts.map((text) => time.next(parsed(text)));
  assert.deepEqual(times('5000', '5002', '4000', '5001', '5003'), [0, 2e6, 2e6, 2e6, 3e6]);
  time.restart();
  assert.deepEqual(times('5000', '5002'), [3e6, 5e6]);
});
