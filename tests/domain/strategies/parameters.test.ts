import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  declaredParameters,
  ParameterDeclarationError,
  ParameterError,
  type Parameters,
  parameterValues,
} from '../../../src/domain/strategies/parameters.ts';

const DECLARED = {
  window: { kind: 'integer', default: 20, min: 2, max: 100, about: 'ticks' },
  band: { kind: 'decimal', default: 0.5, min: 0, max: 1, about: 'distance' },
  side: { kind: 'choice', default: 'both', choices: ['both', 'long'], about: 'sides' },
  eager: { kind: 'flag', default: false, about: 'at once' },
} as const satisfies Parameters;

test('what is not given has its default; text is read as the declared kind', () => {
  assert.deepEqual(parameterValues(DECLARED, {}), { window: 20, band: 0.5, side: 'both', eager: false });
  const given = { window: '7', band: '.25', side: 'long', eager: 'true' };
  assert.deepEqual(parameterValues(DECLARED, given), { window: 7, band: 0.25, side: 'long', eager: true });
});

test('a value outside of its declaration is refused with what is expected', () => {
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['window', '1', /^window "1" is not valid: expected a whole number from 2 to 100$/],
    ['window', '2.5', /whole number/],
    ['window', '101', /whole number/],
    ['window', 'many', /whole number/],
    ['window', '', /whole number/],
    ['window', true, /whole number/],
    ['band', '1.1', /expected a number from 0 to 1$/],
    ['band', Number.NaN, /expected a number/],
    ['side', 'short', /expected one of both, long$/],
    ['eager', 'yes', /expected true or false$/],
    ['eager', 1, /expected true or false$/],
  ];
  for (const [name, value, says] of cases)
    assert.throws(
      () => parameterValues(DECLARED, { [name]: value }),
      (error) => error instanceof ParameterError && says.test(error.message),
      `${name} ${value}`,
    );
});

test('a parameter that is not declared is refused with the declared names', () => {
  for (const name of ['long', 'toString', '__proto__'])
    assert.throws(
      () => parameterValues(DECLARED, Object.fromEntries([[name, '1']])),
      /no parameter is named .*; expected one of window, band, side, eager$/,
    );
  assert.throws(() => parameterValues({}, { long: 1 }), /expected none, it declares no parameters$/);
});

test('a declaration that is incomplete, or whose default is not valid, is refused', () => {
  assert.equal(declaredParameters(DECLARED), DECLARED);
  const { window, side } = DECLARED;
  const wrong: readonly unknown[] = [
    [],
    null,
    'window',
    { window: 20 },
    { window: { ...window, kind: 'number' } },
    { window: { ...window, about: undefined } },
    { window: { ...window, max: undefined } },
    { window: { ...window, default: 1 } },
    { 'my window': window },
    { side: { ...side, choices: [] } },
    { side: { ...side, choices: ['both', 'a,b'] } },
  ];
  for (const parameters of wrong)
    assert.throws(
      () => declaredParameters(parameters),
      ParameterDeclarationError,
      JSON.stringify(parameters),
    );
});
