import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cluster } from '../../src/cluster/connection.ts';
import { ClusterStoppedError, StreamUnavailableError } from '../../src/cluster/errors.ts';
import { tickStream } from '../../src/cluster/streams.ts';
import { HEADER_BYTES, MessageKind, writeHeader } from '../../src/cluster/tick-message.ts';
import { claim, lastState } from '../../src/gateway/published-run.ts';

const NEVER = new AbortController().signal;

function message(kind: MessageKind, first: number) {
  const bytes = new Uint8Array(HEADER_BYTES);
  writeHeader(bytes, { kind, writer: 9, runId: 7, first, count: 1, wallNs: 0, ageNs: 0, position: first });
  return { data: bytes };
}

/** A stream of which a leader has these messages, from the sequence `first` on. */
function stream(first: number, answers: (sequence: number) => { data: Uint8Array } | null): Cluster {
  const info = async () => ({ state: { first_seq: first } });
  const getMessage = async (_: string, { seq }: { seq: number }) => answers(seq);
  return { streams: { streams: { info, getMessage } } } as unknown as Cluster;
}

test('the last message before the claims tells where the run stands', async () => {
  const cluster = stream(1, (sequence) =>
    sequence > 3 ? message(MessageKind.CLAIM, 0) : message(MessageKind.TICKS, sequence),
  );
  assert.equal((await lastState(cluster, 0, 6, NEVER))?.first, 3);
});

test('a message that an old leader does not have yet is asked for again', async () => {
  let asked = 0;
  const cluster = stream(1, (sequence) => (++asked === 1 ? null : message(MessageKind.TICKS, sequence)));
  assert.equal((await lastState(cluster, 0, 6, NEVER))?.first, 5);
});

test('a leader that does not answer is asked again', async () => {
  let asked = 0;
  const cluster = stream(1, (sequence) => {
    if (++asked === 1) throw new Error('timeout');
    return message(MessageKind.TICKS, sequence);
  });
  assert.equal((await lastState(cluster, 0, 6, NEVER))?.first, 5);
});

test('messages that have expired tell of no run', async () => {
  const cluster = stream(5, (sequence) => (sequence < 5 ? null : message(MessageKind.CLAIM, 0)));
  assert.equal(await lastState(cluster, 0, 6, NEVER), undefined);
});

test('a stop ends the wait for a leader', async () => {
  const stop = new AbortController();
  const cluster = stream(1, () => {
    stop.abort();
    return null;
  });
  await assert.rejects(lastState(cluster, 0, 6, stop.signal), ClusterStoppedError);
});

/** A cluster that stores a message if `isStored` says so. */
function storing(isStored: (published: number) => boolean): Cluster {
  let [published, seq] = [0, 0];
  const publish = async () => {
    if (!isStored(++published)) throw new Error('no responders');
    return { seq: ++seq };
  };
  return { messages: { publish } } as unknown as Cluster;
}

test('claims are made again while the stream has no leader', async () => {
  const cluster = storing((published) => published !== 3);
  assert.equal(await claim(cluster, tickStream(0), NEVER), 16 + 17);
});

test('a stream that gets no leader within 30 s is claimed no longer', async (t) => {
  let nowMs = 0;
  t.mock.method(performance, 'now', () => {
    nowMs += 16_000;
    return nowMs;
  });
  const claimed = claim(
    storing(() => false),
    tickStream(3),
    NEVER,
  );
  await assert.rejects(claimed, (error: Error) => {
    assert.ok(error instanceof StreamUnavailableError);
    assert.match(error.message, /^the stream TL_MD_3 was not available within 30 s \(no responders\)/);
    return true;
  });
});

test('a stop ends the claims', async () => {
  const stop = new AbortController();
  const cluster = storing(() => {
    stop.abort();
    return false;
  });
  await assert.rejects(claim(cluster, tickStream(0), stop.signal), ClusterStoppedError);
});
