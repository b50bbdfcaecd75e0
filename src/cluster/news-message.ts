// A message of the news stream: the header of tick-message.ts, and the sentiment that holds now, `73*`. A heartbeat repeats it.

import { MESSAGE_DELIMITER } from '../protocol/frames.ts';
import { HEADER_BYTES, MessageKind, readHeader, writeHeader } from './tick-message.ts';

const SENTIMENT_MAX = 100;

export interface NewsMessage {
  /** The Gateway process that wrote it. */
  readonly writer: number;
  /** The run of the Gateway. */
  readonly runId: number;
  /** 0 to 100; undefined before the first. */
  readonly sentiment: number | undefined;
  /** Whether it is a heartbeat. */
  readonly isRepeated: boolean;
  /** The tick of the run, counted over all shards, from which the sentiment holds; later ones hold from no earlier tick. */
  readonly tick: number;
}

/** Its times are written when it leaves. */
export function newsMessage({ writer, runId, sentiment, isRepeated, tick }: NewsMessage): Uint8Array {
  const text = sentiment === undefined ? '' : `${sentiment}${MESSAGE_DELIMITER}`;
  const bytes = new Uint8Array(HEADER_BYTES + text.length);
  const count = isRepeated ? 0 : 1;
  const times = { wallNs: 0, ageNs: 0 };
  writeHeader(bytes, {
    kind: MessageKind.TICKS,
    writer,
    runId,
    first: tick,
    count,
    position: tick - 1,
    ...times,
  });
  bytes.set(new TextEncoder().encode(text), HEADER_BYTES);
  return bytes;
}

/** `claim`: a Gateway becomes the writer. Undefined: no message of this version. */
export function readNews(bytes: Uint8Array): NewsMessage | 'claim' | undefined {
  const header = readHeader(bytes);
  if (header?.kind === MessageKind.CLAIM) return 'claim';
  if (header === undefined || header.kind !== MessageKind.TICKS) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(HEADER_BYTES));
  const found = /^(\d{1,3})\*$/.exec(text);
  const sentiment = found === null ? undefined : Number(found[1]);
  if ((text !== '' && found === null) || (sentiment ?? 0) > SENTIMENT_MAX) return undefined;
  const { writer, runId, first: tick } = header;
  return { writer, runId, sentiment, isRepeated: header.count === 0, tick };
}
