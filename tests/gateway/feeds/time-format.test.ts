import assert from 'node:assert/strict';
import { it } from 'node:test';
import { timeReader } from '../../../src/gateway/feeds/time-format.ts';
import { timestampText } from '../../../src/gateway/feeds/timestamp.ts';
import fc from '../../property.ts';

function read(format: string, text: string): string | undefined {
  const time = timeReader(format)?.(text);
  return time && timestampText(time);
}

it('a format reads its times, in the words of either notation', () => {
  for (const [format, text, time] of [
    ['DD/MM/YYYY', '01/02/2024', '2024-02-01'],
    ['MM/DD/YYYY', '01/02/2024', '2024-01-02'],
    ['%d/%m/%Y', '1/2/2024', '2024-02-01'],
    ['DD.MM.YYYY HH:mm:ss.S', '02.01.2024 09:30:00.5', '2024-01-02T09:30:00.500Z'],
    ['MM/DD/YYYY hh:mm:ss A', '01/02/2024 09:30:00 PM', '2024-01-02T21:30:00Z'],
    ['%m/%d/%y %H:%M', '1/2/24 9:30', '2024-01-02T09:30:00Z'],
    ['DD-MMM-YY', '02-Jan-99', '1999-01-02'],
    ['YYYYMMDDTHHmmssZ', '20240102T093000+0530', '2024-01-02T04:00:00Z'],
    ['%Y%m%d %H%M%S%f', '20240102 093000000001', '2024-01-02T09:30:00.000001Z'],
  ] as const)
    assert.equal(read(format, text), time, `${format} of ${text}`);
});

it('text in another form, and days that do not exist, are refused', () => {
  for (const text of ['31/12/24', '2024-01-02', '30/02/2024', '01/13/2024', '01/02/2024 10:00', ''])
    assert.equal(read('DD/MM/YYYY', text), undefined, text);
});

it('a format without year, month and day, or with a word twice or unknown, is none', () => {
  for (const format of [
    'DD/MM',
    'YYYY-MM',
    'HH:mm',
    'DD/MM/YYYY DD',
    'YYYY-MM-DD %q',
    'yyyy-MM-dd',
    '%d/%m',
    'x',
  ])
    assert.equal(timeReader(format), undefined, format);
});

it('any day is read back as it was written', () => {
  const days = fc.date({ min: new Date('1970-01-01'), max: new Date('2069-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(days, (date) => {
      const [year, month, day] = date.toISOString().slice(0, 10).split('-');
      const expected = `${year}-${month}-${day}`;
      assert.equal(read('DD.MM.YYYY', `${day}.${month}.${year}`), expected);
      assert.equal(read('%y/%d/%m', `${year.slice(2)}/${day}/${month}`), expected);
    }),
  );
});
