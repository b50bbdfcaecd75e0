// Which shard a symbol belongs to. The Gateway cuts its ticks by it, and every reader relies on the answer: it never changes.

import { SHARD_COUNT } from '../domain/shard-count.ts';
import { DELIMITER_BYTE } from '../protocol/frames.ts';

const COMMA = 44;
/** FNV-1a, 32 bits. */
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** The shard of a symbol, from 0 to SHARD_COUNT - 1. */
export function shardOf(symbol: string): number {
  let hash = OFFSET_BASIS;
  for (let at = 0; at < symbol.length; at++) hash = Math.imul(hash ^ symbol.charCodeAt(at), PRIME);
  return folded(hash);
}

/** The shard of the symbol whose frame, `SYMBOL,PRICE*`, starts at `start`. */
export function shardOfFrame(bytes: Uint8Array, start: number): number {
  let hash = OFFSET_BASIS;
  for (let at = start; ; at++) {
    const byte = bytes[at];
    if (byte === COMMA || byte === DELIMITER_BYTE || byte === undefined) return folded(hash);
    hash = Math.imul(hash ^ byte, PRIME);
  }
}

/** The low bits of FNV-1a depend only on the low bits of the text, so the high half is mixed in. */
function folded(hash: number): number {
  return (hash ^ (hash >>> 16)) & (SHARD_COUNT - 1);
}
