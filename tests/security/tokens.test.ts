import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tokens } from '../../src/security/tokens.ts';
import fc from '../property.ts';

test('only its own token proves a name', () => {
  const tokens = new Tokens([
    ['one', 'token of one'],
    ['two', 'token of two'],
  ]);
  assert.equal(tokens.prove('one', 'token of one'), true);
  assert.equal(tokens.prove('two', 'token of two'), true);
  assert.equal(tokens.prove('one', 'token of two'), false);
  fc.assert(
    fc.property(fc.constantFrom('one', 'two', 'three', '', '__proto__'), fc.string(), (name, token) => {
      assert.equal(tokens.prove(name, token), false);
    }),
  );
});

test('a client without a token proves no name', () => {
  const tokens = new Tokens([['', '']]);
  assert.equal(tokens.prove('', undefined), false);
  assert.equal(tokens.prove('nobody', undefined), false);
  assert.equal(tokens.prove('nobody', ''), false);
});
