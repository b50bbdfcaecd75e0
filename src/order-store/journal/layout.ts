// The bytes of the journal. docs/journal.md is generated from this.
//
//    orders.sqlite.journal/
//      000001.journal      │ header │ record │ record │ ... │ zeros
//      000002.journal

/** Starts a segment. */
export const MAGIC = 'TICKJRNL';
export const LAYOUT_VERSION = 1;
export const SEGMENT_SUFFIX = '.journal';
/** Records start at multiples of this, and their lengths are multiples. */
export const ALIGNMENT = 8;

interface JournalField {
  readonly type: 'u8' | 'u16' | 'u32' | 'f64' | 'text';
  readonly offset: number;
  readonly bytes: number;
  readonly meaning: string;
}

const BYTES = { u8: 1, u16: 2, u32: 4, f64: 8 } as const;

/** Gives fields their offsets: each follows the one before it, without a gap. */
function fields<Name extends string>(
  specs: Record<Name, readonly [type: keyof typeof BYTES | number, meaning: string]>,
): Readonly<Record<Name, JournalField>> {
  const placed = {} as Record<Name, JournalField>;
  let offset = 0;
  for (const name of Object.keys(specs) as Name[]) {
    const [type, meaning] = specs[name];
    const isText = typeof type === 'number';
    const bytes = isText ? type : BYTES[type];
    placed[name] = { type: isText ? 'text' : type, offset, bytes, meaning };
    offset += bytes;
  }
  return placed;
}

/** A segment starts with these. */
export const HEADER = fields({
  magic: [8, `\`${MAGIC}\`; zeros: prepared, and not in use yet`],
  version: ['u32', `layout version, ${LAYOUT_VERSION}`],
  crc: ['u32', 'CRC-32C of what follows, up to the first record'],
  recordId: [40, 'the record that it belongs to: 32 hexadecimal digits, which SQLite has too'],
  firstOrderId: ['f64', 'order id of its first record'],
  boot: ['f64', 'differs from boot to boot'],
  createdMs: ['f64', 'when it came into use, ms since 1970 UTC'],
  chain: ['u32', 'the commit word of the last record of the previous segment; 0 if there is none'],
  isSynced: ['u32', '1: written with `--fsync on`'],
  sealedBytes: ['f64', '0: in use; else its length: it has whole records up to there'],
  lastOrderId: ['f64', 'order id of its last record; 0 while it is in use'],
});
export const HEADER_BYTES = 128;

/** A record starts with these; then come its texts, zeros up to the commit word, and the commit word. */
export const RECORD = fields({
  bytes: ['u32', 'its length with all of this; 0: there is no record yet'],
  side: ['u8', '1: BUY, 2: SELL'],
  status: ['u8', '1: FILLED, 2: REJECTED'],
  strategyBytes: ['u16', 'length of its first text'],
  clOrdIdBytes: ['u16', 'length of the second; 0: the order has none'],
  symbolBytes: ['u16', 'length of the third'],
  reasonBytes: ['u16', 'length of the fourth, why it was rejected'],
  noteBytes: ['u16', 'length of the fifth, why it was sent; 0: nobody said'],
  orderId: ['f64', 'the number of the order, from 1, without gaps'],
  groupFirstId: ['f64', 'order id of the first record of its group; the groups before are on the disk'],
  timeMs: ['f64', 'wall clock, ms since 1970 UTC'],
  marketTimeMs: ['f64', 'when its tick was made, by the data; NaN: unknown'],
  quantity: ['f64', 'shares'],
  price: ['f64', 'USD per share: of the fill, or of the rejected order'],
  limit: ['f64', "the order's own price if it was filled at another; else NaN"],
  fee: ['f64', 'USD'],
  position: ['f64', 'signed shares of the symbol that the strategy holds after the order'],
  averagePrice: ['f64', 'their average cost in USD; NaN: the order changed no position'],
  realisedPnl: ['f64', 'realised profit of the strategy in the symbol, USD; NaN likewise'],
});
/** The texts start here. */
export const TEXTS_AT = RECORD.realisedPnl.offset + RECORD.realisedPnl.bytes;
/**
 * CRC-32C of the rest of the record, after the four bytes that precede it: the commit word of the record before, or
 * `chain`. It is stored last. A record with a wrong one was never completed, or was damaged.
 */
export const COMMIT_BYTES = 4;
export const RECORD_BYTES_MIN = TEXTS_AT + ALIGNMENT;
/** Five texts of 64 KiB. */
export const RECORD_BYTES_MAX = RECORD_BYTES_MIN + 5 * 0xffff + ALIGNMENT;
