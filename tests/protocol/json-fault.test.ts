// An order that is almost JSON is answered with the place where it breaks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeClientMessage } from '../../src/protocol/order-codec.ts';

const ORDER = '{"symbol":"A","side":"BUY","quantity":1,"price":1}';

for (const [what, text, fault] of [
  ['NaN', '{"quantity":1,"price":NaN}', /NaN at character 23 is no JSON: write a number/],
  ['None of Python', '{"clOrdId":None}', /None at character 12 is no JSON/],
  ['single quotes', "{'symbol':'A'}", /a single quote at character 2: JSON has double quotes/],
  ['two objects in a frame', ORDER + ORDER, /a second object begins at character 51: end each one with \*/],
  ['a newline in place of the delimiter', `${ORDER}\n${ORDER}`, /a second object begins at character 52/],
  ['a byte order mark', `\uFEFF${ORDER}`, /it begins with a byte order mark/],
  ['a comma too many', '{"price":1,}', /it breaks at character 12/],
] as const) {
  test(`${what} is refused with its place`, () => {
    assert.throws(() => decodeClientMessage(text), fault);
  });
}

test('words and quotes within strings are no faults', () => {
  assert.throws(
    () => decodeClientMessage('{"symbol":"NaN \' \\" None","price":1,}'),
    /it breaks at character 37$/,
  );
});

test('a text that is nothing like JSON is only shown', () => {
  assert.throws(() => decodeClientMessage('hello'), /found a text that begins hello$/);
});
