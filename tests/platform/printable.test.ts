import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable } from '../../src/platform/printable.ts';
import fc from '../property.ts';

const CONTROLS = [
  ...['\0', '\t', '\n', '\r', '\x1b', '\x7f', '\x85', '\x9b', '\u2028', '\u2029'],
  ...['\u061c', '\u200e', '\u200f', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e'],
  ...['\u2066', '\u2067', '\u2068', '\u2069'],
];

test('a run of controls and the blanks after it become one blank', () => {
  for (const control of CONTROLS) assert.equal(printable(`a${control}${control}  ${control}b  c`), 'a b  c');
});

test('text without controls stays as it is', () => {
  for (const text of ['', 'AAPL  10.5 µs …', 'שלום', '👩‍💻', 'naïve é']) assert.equal(printable(text), text);
});

test('no text keeps a control, and doing it twice changes nothing', () => {
  const text = fc.array(fc.oneof(fc.constantFrom(...CONTROLS, ' '), fc.string({ unit: 'binary' })));
  fc.assert(
    fc.property(text, (parts) => {
      const shown = printable(parts.join(''));
      assert.ok(!CONTROLS.some((control) => shown.includes(control)));
      assert.equal(printable(shown), shown);
    }),
  );
});
