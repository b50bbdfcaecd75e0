import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { placeOf } from '../../src/platform/place-in-file.ts';
import { traceFetch } from '../../src/platform/traced-fetch.ts';

const FILE = fileURLToPath(import.meta.url);
const REFUSED = 'http://127.0.0.1:9/';

async function* failing() {
  await Promise.resolve();
  yield await fetch(REFUSED);
}

test('an error of fetch names the line that called it, and keeps its cause', async () => {
  traceFetch();
  traceFetch();
  await assert.rejects(failing().next(), (error: Error) => {
    assert.match(placeOf(error, FILE), /^ at .*traced-fetch\.test\.ts:12:\d+$/);
    assert.match(error.stack ?? '', /^TypeError: fetch failed\n +at failing /);
    assert.ok(error.cause instanceof Error);
    return true;
  });
  const signal = AbortSignal.abort();
  await assert.rejects(fetch(REFUSED, { signal }), { name: 'AbortError' });
});
