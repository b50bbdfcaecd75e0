// A ring in a shared file: the last rows that one process pushed, for any number of readers, each at its own pace.

import type { FileMemory } from './file-memory.ts';
import type { Fields, Row } from './parts.ts';
import { type Batch, type RingPlace, RingReaderCursor, RingWriterCursors } from './ring-cursors.ts';
import { RowCodec } from './row-codec.ts';
import { type PlacedPart, RING_HEADER } from './shared-layout.ts';

const BATCH_ROWS_MAX = 1024;

function ringPlace({ offset, count }: PlacedPart): RingPlace {
  const { intent, published } = RING_HEADER.at;
  return { intent: offset + intent, published: offset + published, capacity: count };
}

/** Rows as they are read. */
interface Rows<F extends Fields> extends Batch {
  rows: Row<F>[];
}

/** Reads a ring with a cursor of its own. It never delays the writer. */
export class RingReader<F extends Fields> {
  readonly #cursor: RingReaderCursor<Rows<F>>;

  constructor(memory: FileMemory, name: string, place: PlacedPart, cursor?: number) {
    const codec = new RowCodec<F>(memory, name, place);
    const first = place.offset + RING_HEADER.bytes;
    const copy = (out: Rows<F>, from: number, count: number) => {
      out.rows = Array.from({ length: count }, (_, i) =>
        codec.read(first + ((from + i) % place.count) * place.stride),
      );
      return count;
    };
    this.#cursor = new RingReaderCursor(memory, ringPlace(place), copy, cursor);
  }

  /** The rows that were pushed since the last call, oldest first, at most `max`. */
  read(max = BATCH_ROWS_MAX): Row<F>[] {
    const out: Rows<F> = { capacity: max, count: 0, rows: [] };
    return this.#cursor.read(out) === 0 ? [] : out.rows;
  }

  /** The next row to read, counted since the file was created. Another reader can start there. */
  get cursor(): number {
    return this.#cursor.cursor;
  }

  /** Rows that were overwritten before this reader reached them. */
  get lapped(): number {
    return this.#cursor.lapped;
  }

  /** Rows pushed since the file was created. */
  get published(): number {
    return this.#cursor.published;
  }
}

/** A ring, in any process. */
export class SharedRing<F extends Fields> {
  protected readonly memory: FileMemory;
  protected readonly name: string;
  protected readonly place: PlacedPart;

  constructor(memory: FileMemory, name: string, place: PlacedPart) {
    this.memory = memory;
    this.name = name;
    this.place = place;
  }

  /** How many rows it holds. */
  get capacity(): number {
    return this.place.count;
  }

  /** @param cursor the row to start at, counted since the file was created; the next one if left out */
  reader(cursor?: number): RingReader<F> {
    return new RingReader(this.memory, this.name, this.place, cursor);
  }
}

/** Writes a ring; only the process that holds the writer's lock has one. */
export class SharedRingWriter<F extends Fields> extends SharedRing<F> {
  readonly #codec: RowCodec<F>;
  readonly #cursors: RingWriterCursors;

  constructor(memory: FileMemory, name: string, place: PlacedPart) {
    super(memory, name, place);
    this.#codec = new RowCodec(memory, name, place);
    this.#cursors = new RingWriterCursors(memory, ringPlace(place));
  }

  /** Appends a row; fields that are left out are 0 and ''. @throws BadValueError; nothing is pushed then */
  push(row: Partial<Row<F>>): void {
    this.#codec.requireFits(row);
    const { published } = this.#cursors;
    const { offset, count, stride } = this.place;
    const slot = offset + RING_HEADER.bytes + (published % count) * stride;
    this.#cursors.announce(published + 1);
    this.#codec.clear(slot, slot + stride);
    this.#codec.write(slot, row);
    this.#cursors.publish(published + 1);
  }
}
