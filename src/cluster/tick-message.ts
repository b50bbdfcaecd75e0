// A message of a tick stream: a header, and then the very frames of the price port.
//
//    ┌──────────── header, 56 bytes ────────────┬─────────────────────────────────────┐
//    │ magic, run, first number, count, times … │ #TIME,631152000000*AAPL,172.53*IBM… │
//    └──────────────────────────────────────────┴─────────────────────────────────────┘
//
// A message without frames is a heartbeat, a claim, or the end of the feed. A snapshot has the same form: its frames are the
// latest prices of the shard.

/** Bytes before the frames. */
export const HEADER_BYTES = 56;
/** No message of a tick stream is longer, header included. */
export const MESSAGE_BYTES_MAX = 64 * 1024;

const MAGIC = 0x444d_4c54; // "TLMD"
const VERSION = 1;
const TWO_32 = 2 ** 32;

/** `claim`: a Gateway becomes the writer of the stream. `end`: the feed of the run has ended. */
export const MessageKind = { TICKS: 0, CLAIM: 1, END: 2, SNAPSHOT: 3 } as const;
export type MessageKind = (typeof MessageKind)[keyof typeof MessageKind];

export interface TickHeader {
  readonly kind: MessageKind;
  /** The Gateway process that wrote it: a random number from 1 on. */
  readonly writer: number;
  /** The run of the Gateway, which numbers its ticks from 1 in each shard. 0 in a claim. */
  readonly runId: number;
  /** Number of the first tick in its shard; without ticks, of the next one. In a snapshot, of the first tick behind it. */
  readonly first: number;
  /** Ticks, or prices of a snapshot. */
  readonly count: number;
  /**
   * The wall clock of the Gateway when the message left, in ns since 1970: read once per process, and then moved on by its
   * monotonic clock, so that it never steps. Exact to 256 ns.
   */
  readonly wallNs: number;
  /** How long the first tick had waited in the Gateway by then, in ns. */
  readonly ageNs: number;
  /**
   * Ticks of the run in all shards up to here: the stream has those of its shard among them. In a snapshot, the sequence of the
   * message in its tick stream behind which it continues.
   */
  readonly position: number;
}

/** Writes the header at the start of `bytes`. */
export function writeHeader(bytes: Uint8Array, header: TickHeader): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, VERSION);
  view.setUint8(5, header.kind);
  view.setUint16(6, 0, true);
  writeU64(view, 8, header.runId);
  writeU64(view, 16, header.first);
  view.setUint32(24, header.count, true);
  view.setUint32(28, header.writer, true);
  stampHeader(bytes, header.wallNs, header.ageNs);
  writeU64(view, 48, header.position);
}

/** Writes only the times, when a message leaves. */
export function stampHeader(bytes: Uint8Array, wallNs: number, ageNs: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  writeU64(view, 32, wallNs);
  writeU64(view, 40, ageNs);
}

/** The header of a message; undefined if it is none of this version. */
export function readHeader(bytes: Uint8Array): TickHeader | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const kind = kindOf(view.getUint8(5));
  if (view.getUint32(0, true) !== MAGIC || view.getUint8(4) !== VERSION || kind === undefined)
    return undefined;
  return {
    kind,
    writer: view.getUint32(28, true),
    runId: readU64(view, 8),
    first: readU64(view, 16),
    count: view.getUint32(24, true),
    wallNs: readU64(view, 32),
    ageNs: readU64(view, 40),
    position: readU64(view, 48),
  };
}

function kindOf(value: number): MessageKind | undefined {
  return Object.values(MessageKind).find((kind) => kind === value);
}

function writeU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % TWO_32, true);
  view.setUint32(at + 4, value / TWO_32, true);
}

function readU64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * TWO_32;
}
