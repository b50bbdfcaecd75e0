import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Painter } from '../../../src/dashboard/page/painter.ts';

/** A screen whose pictures come when the test says so. */
class Pictures {
  #asked: ((now: number) => void)[] = [];

  readonly ask = (paint: (now: number) => void) => void this.#asked.push(paint);

  /** Shows a picture; whether one was asked for. */
  show(now: number): boolean {
    const asked = this.#asked;
    this.#asked = [];
    for (const paint of asked) paint(now);
    return asked.length > 0;
  }
}

/** A clock that only the test moves. */
class Clock {
  ms = 0;
  readonly now = () => this.ms;
}

test('a painting that is invalidated several times is painted once, in the next frame', () => {
  const pictures = new Pictures();
  const painted: string[] = [];
  const painter = new Painter<'a' | 'b' | 'c'>(
    [
      { when: ['a', 'b'], paint: () => painted.push('one') },
      { when: ['c'], paint: () => painted.push('other') },
    ],
    pictures.ask,
    new Clock().now,
  );
  painter.invalidate(['a']);
  painter.invalidate(['b']);
  assert.deepEqual(painted, []);
  pictures.show(0);
  assert.deepEqual(painted, ['one']);
  assert.equal(pictures.show(16), false);
});

test('a slow painting leaves the rest to the next frames, and the first starves none', () => {
  const pictures = new Pictures();
  const painted: string[] = [];
  const clock = new Clock();
  const slow = (name: string) => () => {
    clock.ms += 6;
    painted.push(name);
  };
  const painter = new Painter<string>(
    ['one', 'two', 'three'].map((name) => ({ when: [name], paint: slow(name) })),
    pictures.ask,
    clock.now,
  );
  painter.invalidate(['three', 'two', 'one']);
  pictures.show(0);
  assert.deepEqual(painted, ['one', 'two']);
  painter.invalidate(['one', 'two']); // a busy page: all of it has changed again
  pictures.show(16);
  assert.deepEqual(painted, ['one', 'two', 'one', 'three']);
});

test('a painting with a pause waits for it and delays no other', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const pictures = new Pictures();
  const painted: string[] = [];
  const painter = new Painter<'a' | 'b'>(
    [
      { when: ['a'], paint: () => painted.push('calm'), everyMs: 250 },
      { when: ['b'], paint: () => painted.push('quick') },
    ],
    pictures.ask,
    new Clock().now,
  );
  painter.invalidate(['a', 'b']);
  pictures.show(0);
  painter.invalidate(['a', 'b']);
  pictures.show(16);
  assert.deepEqual(painted, ['calm', 'quick', 'quick']);
  t.mock.timers.tick(234);
  pictures.show(250);
  assert.deepEqual(painted, ['calm', 'quick', 'quick', 'calm']);
});

test('the first painting comes before those that have waited longer', () => {
  const pictures = new Pictures();
  const painted: string[] = [];
  const painter = new Painter<'a' | 'b'>(
    [
      { when: ['a'], paint: () => painted.push('first') },
      { when: ['b'], paint: () => painted.push('second') },
    ],
    pictures.ask,
    new Clock().now,
  );
  painter.invalidate(['b']);
  painter.invalidate(['a']);
  pictures.show(0);
  assert.deepEqual(painted, ['first', 'second']);
});
