// Reads a recorded session: `<local ns> <message>` a line, perhaps compressed.

import fs from 'node:fs';
import type { Readable } from 'node:stream';
import zlib from 'node:zlib';
import { codeOf, messageOf } from '../../../platform/errors.ts';
import { requireTrustedFile } from '../../../platform/small-file.ts';
import { FeedFileError } from '../feed-errors.ts';
import type { Timestamp } from '../timestamp.ts';

/** One line. */
export interface RecordedMessage {
  readonly at: Timestamp;
  readonly text: string;
}

/** The start of a recording. */
export const RECORDED = /^\d{16,19} [[{]/;
const LINE = /^(\d{10,13})(\d{6}) (.+)$/;
const GZIP = [0x1f, 0x8b];
/** Longest line: the longest message and its time. */
const LINE_LENGTH_MAX = 8 * 1024 * 1024;
/** Of an uncompressed start, that shows what the file is. */
const START_LENGTH = 64;

/** Whether the file begins as a recording does. False for a file that cannot be read: others report that. */
export async function isRecording(path: string): Promise<boolean> {
  try {
    if (!fs.statSync(path).isFile()) return false;
    const stream = bytesOf(path);
    try {
      let start = '';
      for await (const bytes of stream) {
        start += (bytes as Buffer).toString('latin1', 0, START_LENGTH);
        if (start.length >= START_LENGTH) break;
      }
      return RECORDED.test(start);
    } finally {
      stream.destroy();
    }
  } catch {
    return false;
  }
}

export class Recording {
  readonly path: string;
  /** Lines that are not `<local ns> <message>`. */
  rejected = 0;
  lastRejection: string | undefined;
  firstRejection: string | undefined;
  /** Why the file was not read to its end: the process that wrote it was killed. */
  cutShort: string | undefined;

  /** @throws FileRefusedError for a file that others can change */
  constructor(path: string) {
    this.path = path;
    requireTrustedFile(path, fs.statSync(path));
  }

  /** The messages of each block of the file, in order. @throws FeedFileError where it cannot be read */
  async *blocks(): AsyncGenerator<readonly RecordedMessage[], void, undefined> {
    const decoder = new TextDecoder();
    const stream = bytesOf(this.path);
    let rest = '';
    let number = 0;
    try {
      for await (const bytes of stream) {
        const lines = (rest + decoder.decode(bytes as Buffer, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > LINE_LENGTH_MAX)
          throw new FeedFileError(this.path, 'has a line of more than 8 MiB');
        const messages: RecordedMessage[] = [];
        for (const line of lines) {
          const message = this.#read(line, ++number);
          if (message !== undefined) messages.push(message);
        }
        yield messages;
      }
    } catch (thrown) {
      this.#explain(thrown);
    } finally {
      stream.destroy();
    }
    if (rest !== '') this.cutShort ??= 'its last line has no end';
  }

  #read(line: string, number: number): RecordedMessage | undefined {
    const [, epochMs, ns, text] = LINE.exec(line) ?? [];
    if (text !== undefined) return { at: { epochMs: Number(epochMs), ns: Number(ns) }, text };
    this.rejected++;
    this.lastRejection = `line ${number} is not a time in ns, a blank and a message`;
    this.firstRejection ??= this.lastRejection;
    return undefined;
  }

  /** A compressed file ends early when its writer was killed: what it has is still good. */
  #explain(thrown: unknown): void {
    if (thrown instanceof FeedFileError) throw thrown;
    if (codeOf(thrown) !== 'Z_BUF_ERROR')
      throw new FeedFileError(this.path, `cannot be read: ${messageOf(thrown)}`, { cause: thrown });
    this.cutShort = 'it ends within a compressed block';
  }
}

/** The bytes of a file, uncompressed. */
function bytesOf(path: string): Readable {
  const start = Buffer.alloc(GZIP.length);
  const fd = fs.openSync(path, 'r');
  fs.readSync(fd, start, 0, start.length, 0);
  const file = fs.createReadStream(path, { fd, start: 0 });
  if (!start.equals(Buffer.from(GZIP))) return file;
  const gunzip = zlib.createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => file.destroy());
  return file.pipe(gunzip);
}
