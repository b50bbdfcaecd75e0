// The words with which `run` starts its processes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { KEYS, optionOf } from '../../src/settings/options.ts';
import { argumentsFor } from '../../src/settings/settings.ts';
import { BOUNDS } from './option-bounds.ts';

test('every value of every option goes through the words for its commands unchanged', () => {
  for (const key of KEYS) {
    const { kind, commands, placeholder } = optionOf(key);
    for (const right of BOUNDS[key].right) {
      const value = v.parse(kind.schema, right);
      const [, , ...words] = argumentsFor(commands[0], { [key]: value });
      const isText = placeholder !== undefined && words.length > 0; // no words: it is the default
      if (isText) assert.equal(kind.text(v.parse(kind.schema, words[1])), kind.text(value));
    }
  }
});
