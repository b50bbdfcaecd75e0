import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonBreak } from '../../src/domain/json-break.ts';
import { jsonFault } from '../../src/domain/json-fault.ts';
import fc from '../property.ts';

const ORDER = '{"symbol":"A","side":"BUY","quantity":1,"price":1}';

for (const [what, text, fault] of [
  ['NaN', '{"quantity":1,"price":NaN}', /NaN at character 23 is no JSON: write a number/],
  ['-Infinity', '{"price":-Infinity}', /-Infinity at character 10 is no JSON/],
  ['None of Python', '{"clOrdId":None}', /None at character 12 is no JSON/],
  ['a single quote', "{'symbol':'A'}", /a single quote at character 2: JSON has double quotes/],
  ['a second object', ORDER + ORDER, /a second object begins at character 51: end each one with an asterisk/],
  ['a newline in place of the delimiter', `${ORDER}\n${ORDER}`, /a second object begins at character 52/],
  ['a byte order mark', `\uFEFF${ORDER}`, /it begins with a byte order mark/],
  ['a comma too many', '{"price":1,}', /it breaks at character 12$/],
  ['words and quotes in a string', '{"symbol":"NaN \' \\" None","price":1,}', /it breaks at character 37$/],
  ['half an order', '{"price":1', /it ends too early, at character 11$/],
] as const) {
  test(`the fault in a frame with ${what} has its place`, () =>
    assert.match(jsonFault(text, 'frame'), fault));
}

for (const [what, text, fault] of [
  ['a comma too many', '{\n  "rate": 1000,\n}\n', 'it breaks at line 3, column 1'],
  ['a comma too few', '{\n  "rate": 1000\n  "seed": 1\n}\n', 'it breaks at line 3, column 3'],
  ['a comment', '{ // fast\n  "rate": 1000 }', 'a comment at line 1, column 3: JSON has none'],
  ['single quotes', "{\n  'rate': 1000 }", 'a single quote at line 2, column 3: JSON has double quotes'],
  ['no end', '{\n  "rate": 1000\n', 'it ends too early, at line 3, column 1'],
  ['two objects', '{"rate": 1}\n{"seed": 1}\n', 'it goes on at line 2, column 1, after its end'],
] as const) {
  test(`the fault in a file with ${what} has its line and column`, () =>
    assert.equal(jsonFault(text, 'file'), fault));
}

test('JSON, and a text that is nothing like it, have no place of a fault', () => {
  assert.equal(jsonFault(ORDER, 'frame'), '');
  assert.equal(jsonFault('hello', 'frame'), '');
});

test('a deep text breaks at its end, without an overflow of the stack', () => {
  assert.equal(jsonBreak('['.repeat(60_000)), 60_000);
});

test('a text breaks exactly if JSON.parse() refuses it', () => {
  const characters = fc.constantFrom(...'{}[]",:\\ \n0123456789.eE+-/tfnul\u0001');
  const edit = fc.tuple(fc.nat(), fc.nat(2), characters);
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(edit, { maxLength: 3 }), (value, edits) => {
      let text = JSON.stringify(value);
      for (const [place, length, inserted] of edits) {
        const at = place % (text.length + 1);
        text = text.slice(0, at) + inserted + text.slice(at + length);
      }
      assert.equal(jsonBreak(text) === undefined, isJson(text), text);
    }),
    { numRuns: 2_000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
