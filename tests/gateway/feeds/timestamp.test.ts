import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  epochUnitOf,
  FeedTime,
  nsBetween,
  parseTimestamp,
  type Timestamp,
  timestampText,
} from '../../../src/gateway/feeds/timestamp.ts';
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

it('a number is read by its size, in the unit that puts it into our time', () => {
  for (const [text, unit, time] of [
    ['1704187800', 's', '2024-01-02T09:30:00Z'],
    ['1704187800.5', 's', '2024-01-02T09:30:00.500Z'],
    ['1704187800.000000001', 's', '2024-01-02T09:30:00.000000001Z'],
    ['1704187800123', 'ms', '2024-01-02T09:30:00.123Z'],
    ['1704187800123.75', 'ms', '2024-01-02T09:30:00.123750Z'],
    ['1704187800123456', 'µs', '2024-01-02T09:30:00.123456Z'],
    ['1704187800123456789', 'ns', '2024-01-02T09:30:00.123456789Z'],
    ['1.7041878e+18', 'ns', '2024-01-02T09:30:00Z'],
    ['-1.5', 's', '1969-12-31T23:59:58.500Z'],
    ['0', 's', '1970-01-01'],
    ['20240102', undefined, '2024-01-02'],
    ['20240102.0', undefined, '2024-01-02'],
    ['20240102093000', undefined, '2024-01-02T09:30:00Z'],
    ['202401020930', undefined, '2024-01-02T09:30:00Z'],
  ] as const) {
    assert.equal(timestampText(parsed(text)), time, text);
    assert.equal(epochUnitOf(text), unit, text);
  }
});

it('a date is read in every form that has one meaning', () => {
  const morning = '2024-01-02T09:30:00Z';
  for (const text of [
    '2024/01/02 09:30',
    '2024.1.2 9:30',
    '20240102 093000',
    '20240102T09:30:00',
    '2024-01-02T093000',
    'Jan 2, 2024 9:30 AM',
    '2 January 2024 09:30',
    '02-Jan-2024 09:30:00 UTC',
    'Tue, 2 Jan 2024 09:30:00 GMT',
    '2024-01-02 11:30:00 +02:00',
  ])
    assert.equal(timestampText(parsed(text)), morning, text);
  assert.equal(timestampText(parsed('2024-01-02 24:00:00')), '2024-01-03');
  assert.equal(timestampText(parsed('2024-01-02 12:15 AM')), '2024-01-02T00:15:00Z');
});

it('text that is not a time, or may be two, is refused', () => {
  const texts = ['', 'yesterday', '2001-02-30', '2001-13-01', '31/07/2001', '01/02/2024', '02.01.2024 10:00'];
  texts.push(
    '2001-07-31T09:60',
    '2001-07-31T09',
    '1e3',
    '1.70419E+12',
    '2001-07-31Z',
    '1'.repeat(21),
    '1-2-3',
  );
  texts.push(
    '2024-01-02 09:30:60',
    '2024-01-02 09:30 EST',
    '2024-01-02 13:30 PM',
    '2024-01-02 24:01',
    'Foo 2, 2024',
  );
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
  assert.deepEqual(times('5000', '5002', '4000', '5001', '5003'), [0, 2e9, 2e9, 2e9, 3e9]);
  time.restart();
  assert.deepEqual(times('5000', '5002'), [3e9, 5e9]);
});
