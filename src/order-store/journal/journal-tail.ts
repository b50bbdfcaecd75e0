// Reads the orders of a journal that the record in SQLite does not have yet.

import fs from 'node:fs';
import { JournalDamagedError, OtherJournalError } from './errors.ts';
import { HEADER_BYTES } from './layout.ts';
import type { JournalRecord } from './record-codec.ts';
import { decodeHeader, headerDamage, type SegmentFile, segmentFiles } from './segment.ts';
import { type Gap, recordsOf, type SegmentScan, scanSegment } from './segment-scan.ts';

/** Up to where a record in SQLite has the orders of its journal. */
export interface ProjectionMark {
  /** 32 hexadecimal digits. */
  readonly recordId: string;
  readonly orderId: number;
  /** The commit word of that order in the journal; undefined if the order was not recorded through a journal. */
  readonly chain: number | undefined;
}

/** Where a journal ends. */
export interface JournalEnd {
  readonly lastOrderId: number;
  readonly chain: number;
  /** Its newest segment, if it is not sealed, and where its whole records end. */
  readonly open: { readonly scan: SegmentScan; readonly end: number } | undefined;
  /** The number of its newest segment; 0 without one. */
  readonly number: number;
  /** What was found after the last whole record, in words; undefined if nothing. */
  readonly torn: string | undefined;
  /** Segments after that. */
  readonly discarded: readonly SegmentFile[];
}

/**
 * Reads the records after the mark, and returns where the journal ends. A record that was torn by a kill or a power cut is
 * not there, and neither is what follows it.
 * @param boot of now: in another one, blocks that were not synced may be missing
 * @throws NotAJournalError, OtherJournalError, JournalDamagedError, and system errors
 */
export function* journalTail(
  folder: string,
  record: string,
  mark: ProjectionMark,
  boot: number,
): Generator<JournalRecord, JournalEnd> {
  const segments = segmentsAfter(folder, record, mark);
  let nextId = mark.orderId + 1;
  let chain = mark.chain ?? 0;
  let open: JournalEnd['open'];
  let torn: string | undefined;
  const discarded: SegmentFile[] = [];
  for (const file of segments) {
    if (torn !== undefined) {
      discarded.push(file);
      continue;
    }
    const scan = scanSegment(file);
    if (scan === undefined) continue;
    requireChain(scan, record, mark);
    const gap = scan.gaps.find((one) => one.nextId > nextId);
    const cut = gap && requireTorn(scan, gap, boot);
    const end = cut?.at ?? scan.end;
    for (const one of recordsOf(scan)) {
      if (one.order.orderId < nextId) continue;
      if (cut !== undefined && one.order.orderId >= cut.nextId) break;
      if (one.order.orderId !== nextId) throw missing(file, nextId, one.order.orderId - 1);
      yield one;
      chain = one.chain;
      nextId++;
    }
    const { lastOrderId } = scan.header;
    if (lastOrderId >= nextId)
      throw new JournalDamagedError(file.path, `its last ${lastOrderId - nextId + 1} orders cannot be read`);
    torn = tornText(scan, cut, nextId - 1);
    open = scan.header.sealedBytes > 0 && cut === undefined ? undefined : { scan, end };
  }
  const number = segmentFiles(folder).at(-1)?.number ?? 0;
  return { lastOrderId: nextId - 1, chain, open, number, torn, discarded };
}

/** The record that the journal in a folder belongs to; undefined without one. @throws NotAJournalError */
export function journalRecordId(folder: string): string | undefined {
  for (const file of segmentFiles(folder)) {
    const header = headerOf(file);
    if (header !== undefined) return header.recordId;
  }
  return undefined;
}

/** The segment that has the last order of the mark, and those after it. */
function segmentsAfter(folder: string, record: string, mark: ProjectionMark): SegmentFile[] {
  const used = segmentFiles(folder).flatMap((file) => {
    const header = headerOf(file);
    return header === undefined ? [] : [{ file, header }];
  });
  for (const { file, header } of used) {
    if (header.recordId === mark.recordId) continue;
    throw new OtherJournalError(file.path, record, 'it has the orders of another one');
  }
  const first = used.findLastIndex(({ header }) => header.firstOrderId <= Math.max(1, mark.orderId));
  const needed = used.slice(Math.max(0, first));
  const [oldest] = needed;
  if (oldest !== undefined && oldest.header.firstOrderId > mark.orderId + 1)
    throw missing(oldest.file, mark.orderId + 1, oldest.header.firstOrderId - 1);
  return needed.map(({ file }) => file);
}

/** The header of a segment; undefined if it is not in use yet. @throws NotAJournalError, and system errors */
export function headerOf({ path }: SegmentFile) {
  const bytes = Buffer.alloc(HEADER_BYTES);
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
  try {
    fs.readSync(fd, bytes);
  } finally {
    fs.closeSync(fd);
  }
  return decodeHeader(headerDamage(bytes) === undefined ? bytes : fs.readFileSync(path), path);
}

/** Both have the order of the mark: it must be the same one. @throws OtherJournalError */
function requireChain(scan: SegmentScan, record: string, { orderId, chain }: ProjectionMark): void {
  if (chain === undefined) return;
  const { header, file } = scan;
  const found =
    header.firstOrderId === orderId + 1
      ? header.chain
      : recordsOf(scan).find(({ order }) => order.orderId === orderId)?.chain;
  if (found !== undefined && found !== chain)
    throw new OtherJournalError(file.path, record, `order ${orderId} is another one in each`);
}

/** A gap that a power cut explains: nothing of it was reported. @throws JournalDamagedError for any other */
function requireTorn({ file, header, gaps, offsets }: SegmentScan, gap: Gap, boot: number): Gap {
  const isCut = header.boot !== boot && header.sealedBytes === 0;
  const laterWasSynced = gaps.some(({ wasSynced, at }) => wasSynced && at >= gap.at);
  if (isCut && !laterWasSynced) return gap;
  const { firstId, nextId, at } = gap;
  const after = offsets.filter((offset) => offset > at).length;
  const lost = firstId === nextId - 1 ? `order ${firstId}` : `orders ${firstId} to ${nextId - 1}`;
  throw new JournalDamagedError(
    file.path,
    `${lost} at byte ${at} cannot be read, and ${after} whole ones follow`,
  );
}

function missing({ path }: SegmentFile, from: number, to: number): JournalDamagedError {
  return new JournalDamagedError(path, `orders ${from} to ${to} are missing before it`);
}

function tornText(scan: SegmentScan, cut: Gap | undefined, lastOrderId: number): string | undefined {
  const { file, header, strayBytes } = scan;
  if (cut === undefined && (strayBytes === 0 || header.sealedBytes > 0)) return undefined;
  const what = cut === undefined ? `${strayBytes} bytes` : 'pieces';
  return `the journal ends after order ${lastOrderId}, in front of ${what} of a group that was never completed (${file.path})`;
}
