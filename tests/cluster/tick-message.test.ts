import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HEADER_BYTES, readHeader, type TickHeader, writeHeader } from '../../src/cluster/tick-message.ts';

const HEADER: TickHeader = {
  kind: 0,
  writer: 0xffff_fffe,
  runId: 2 ** 53 - 1,
  first: 2 ** 40 + 1,
  count: 6_700,
  wallNs: 1_795_416_984 * 1e9,
  ageNs: 999_999,
  position: 2 ** 45,
};

function written(header: TickHeader, padding = 3): Buffer {
  const bytes = Buffer.alloc(padding + HEADER_BYTES);
  writeHeader(bytes.subarray(padding), header);
  return bytes.subarray(padding);
}

test('a header is read as it was written, wherever it lies in a buffer', () => {
  assert.deepEqual(readHeader(written(HEADER)), HEADER);
});

test('a message of another kind or version, or a short one, has no header', () => {
  for (const at of [0, 3, 4, 5]) {
    const bytes = written(HEADER);
    bytes[at] += 99;
    assert.equal(readHeader(bytes), undefined);
  }
  assert.equal(readHeader(written(HEADER).subarray(0, HEADER_BYTES - 1)), undefined);
  assert.equal(readHeader(Buffer.from('AAPL,1*')), undefined);
});
