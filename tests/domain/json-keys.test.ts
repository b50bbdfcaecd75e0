import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeatedKey } from '../../src/domain/json-keys.ts';
import fc from '../property.ts';

for (const [json, key] of [
  ['{"quantity":1,"quantity":1000}', 'quantity'],
  ['{"a":1, "b":{"c":1}, "a" : 2}', 'a'],
  ['{"a":[{"b":1,"b":2}]}', 'b'],
  ['{"a":1,"\\u0061":2}', 'a'],
  ['{"":1,"":2}', ''],
  ['{"__proto__":1,"__proto__":2}', '__proto__'],
] as const) {
  test(`${json} has ${JSON.stringify(key)} twice`, () => assert.equal(repeatedKey(json), key));
}

for (const json of [
  '{"a":{"a":{"a":1}}}',
  '[{"a":1},{"a":2}]',
  '{"a":"a\\":{","b":"\\\\"}',
  '{"a":"b:","b":["a","a"]}',
  '"a"',
  '7',
]) {
  test(`${json} has each key once`, () => assert.equal(repeatedKey(json), undefined));
}

test('what JSON.stringify() writes has each key once, and twice after a key is added again', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (object, index) => {
      const json = JSON.stringify(object);
      assert.equal(repeatedKey(json), undefined);
      const keys = Object.keys(object);
      const key = keys[index % keys.length];
      assert.equal(repeatedKey(`${json.slice(0, -1)},${JSON.stringify(key)}:0}`), key);
    }),
  );
});
