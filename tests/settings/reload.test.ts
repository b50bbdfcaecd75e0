import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Log, LogFields } from '../../src/platform/log.ts';
import { ConfigFileError } from '../../src/settings/errors.ts';
import { Reload } from '../../src/settings/reload.ts';
import { type CommandLine, settingsFor } from '../../src/settings/settings.ts';

/** A Reload of an OrderManager with the settings that `file` returns, and the events that it logs. */
function reloadOf(file: () => CommandLine) {
  const events: string[] = [];
  const say = ({ event }: LogFields) => void events.push(event);
  const log: Log = {
    ...{ trace: say, debug: say, info: say, warn: say, error: say, fatal: say },
    ...{ plain: () => {}, plainTo: () => {} },
  };
  const read = async () => settingsFor('order-manager', { config: false, ...file() });
  return { reload: new Reload(settingsFor('order-manager', { config: false }), read, log), events };
}

test('changed limits are returned once', async () => {
  const { reload, events } = reloadOf(() => ({ maxQuantity: '5' }));
  assert.equal((await reload.read())?.maxQuantity, 5);
  assert.equal(await reload.read(), undefined);
  assert.deepEqual(events, ['limits-changed', 'reload']);
});

test('a limit that is removed from the file returns to its default', async () => {
  const said: CommandLine[] = [{ maxQuantity: '5' }, {}];
  const { reload } = reloadOf(() => said.shift() ?? {});
  assert.equal((await reload.read())?.maxQuantity, 5);
  assert.equal((await reload.read())?.maxQuantity, 1_000_000);
});

test('an invalid file changes nothing, and the next valid one is compared with the current limits', async () => {
  const said: (() => CommandLine)[] = [
    () => ({ maxQuantity: '5' }),
    () => {
      throw new ConfigFileError('tickline.config.json', 'JSON');
    },
    () => ({ maxQuantity: 'many' }),
    () => ({ maxQuantity: '5' }),
  ];
  const { reload, events } = reloadOf(() => said.shift()?.() ?? {});
  assert.equal((await reload.read())?.maxQuantity, 5);
  for (let again = 0; again < 3; again++) assert.equal(await reload.read(), undefined);
  assert.deepEqual(events, ['limits-changed', 'reload-failed', 'reload-failed', 'reload']);
});

test('a changed setting other than a limit is ignored, and logged at every reload', async () => {
  const { reload, events } = reloadOf(() => ({ orderPort: '9', maxQuantity: '5' }));
  assert.equal((await reload.read())?.maxQuantity, 5);
  assert.equal(await reload.read(), undefined);
  assert.deepEqual(events, ['reload-ignored', 'limits-changed', 'reload-ignored', 'reload']);
});

test('a reload during another one reads once more, however many there are', async () => {
  let reads = 0;
  const { reload } = reloadOf(() => ({ maxQuantity: String(++reads) }));
  const results = await Promise.all(Array.from({ length: 5 }, () => reload.read()));
  assert.deepEqual(
    results.map((limits) => limits?.maxQuantity),
    [2, 2, 2, 2, 2],
  );
});
