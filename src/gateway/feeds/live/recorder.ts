// Records the messages of a live feed: `<local ns> <message>` a line, gzip. Recordings that others publish have this
// form, too.

import fs from 'node:fs';
import { finished } from 'node:stream/promises';
import zlib from 'node:zlib';
import { counted } from '../../../platform/counted.ts';
import { codeOf, messageOf, UsageError } from '../../../platform/errors.ts';
import type { Notify } from '../notices.ts';
import type { Recorder } from './live-source.ts';
import type { Received } from './received.ts';

/** The file of --record cannot be made. */
export class RecordingError extends UsageError {}

/** Bytes that wait for the disk. What comes beyond is not recorded, and counted. */
const WAITING_BYTES_MAX = 32 * 1024 * 1024;
/** A recording whose process was killed lacks at most this much. */
const FLUSH_MS = 1_000;

export class FileRecorder implements Recorder {
  readonly path: string;
  readonly #notify: Notify;
  readonly #gzip = zlib.createGzip();
  readonly #written: Promise<void>;
  readonly #flushing: NodeJS.Timeout;
  #failed = false;
  #unrecorded = 0;
  #isEmpty = true;

  /**
   * Creates the file. @param isRestart the process replaces a killed one, which may have left `path`: the file is
   * then `NAME.2.gz`, or the next number that is free
   * @throws RecordingError
   */
  static open(path: string, isRestart: boolean, notify: Notify): FileRecorder {
    for (let part = 1; ; part++) {
      const file = part === 1 ? path : path.replace(/(\.gz)?$/, `.${part}$1`);
      try {
        const recorder = new FileRecorder(file, fs.openSync(file, 'wx'), notify);
        notify({ level: 'info', event: 'recording', message: `recording to ${file}` });
        return recorder;
      } catch (thrown) {
        if (codeOf(thrown) === 'EEXIST' && isRestart) continue;
        const found = codeOf(thrown) === 'EEXIST' ? 'it exists already' : messageOf(thrown);
        throw new RecordingError(`--record ${file}: expected a new file, found: ${found}; name another`, {
          cause: thrown,
        });
      }
    }
  }

  private constructor(path: string, fd: number, notify: Notify) {
    this.path = path;
    this.#notify = notify;
    const file = fs.createWriteStream(path, { fd });
    this.#gzip.pipe(file);
    this.#gzip.on('error', (error) => this.#fail(error));
    file.on('error', (error) => this.#fail(error));
    this.#written = finished(file).catch((error) => this.#fail(error));
    this.#flushing = setInterval(() => this.#gzip.flush(), FLUSH_MS);
  }

  write({ at, text }: Received): void {
    if (this.#failed) return;
    if (this.#gzip.writableLength + this.#gzip.readableLength > WAITING_BYTES_MAX) {
      this.#unrecorded++;
      return;
    }
    this.#isEmpty = false;
    // A line end within JSON is white space.
    this.#gzip.write(`${at.epochMs}${String(at.ns).padStart(6, '0')} ${text.replace(/[\r\n]/g, ' ')}\n`);
  }

  /** Removes a file without a message: no connection was made. */
  async close(): Promise<void> {
    clearInterval(this.#flushing);
    if (this.#failed) return;
    this.#gzip.end();
    await this.#written;
    if (this.#isEmpty) fs.rmSync(this.path, { force: true });
    if (this.#unrecorded > 0)
      this.#warn(
        `${this.path} lacks ${counted(this.#unrecorded, 'message')}, which came faster than the disk took them`,
      );
  }

  #warn(message: string): void {
    this.#notify({ level: 'warn', event: 'recording', message });
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    clearInterval(this.#flushing);
    this.#warn(`${this.path}: ${messageOf(error)}; the recording ends here, and the feed continues`);
  }
}
