// Which recorded orders have been printed, so that the OrderManager after a kill prints the rest.
//
//    orders.sqlite.printed    mapped: a store costs nothing, and the kernel keeps it when the process is killed

import { closeSync, constants } from 'node:fs';
import { allocateBlocks, mapShared } from '@tickline/posix';
import { bootNumber } from '../platform/boot.ts';
import { openPrivate } from '../platform/private-file.ts';

/** Where an order is printed: the console, and the log file. */
export type Output = 'console' | 'file';

/** The fields, numbers of 64 bits. */
const VERSION_AT = 0;
const BOOT_AT = 1;
const BEGUN_AT = 2;
const PRINTED_AT: Readonly<Record<Output, number>> = { console: 3, file: 4 };
const FIELDS = 5;

const VERSION = 1;
const FILE_BYTES = 4096;

/** What the previous OrderManager printed. */
export interface Printed {
  /** The last order id that each output surely has. */
  readonly console: number;
  readonly file: number;
  /** Orders up to this id may have been printed before the kill. */
  readonly begun: number;
}

export class PrintMark {
  readonly before: Printed;
  readonly #fields: Float64Array;

  private constructor(fields: Float64Array, lastOrderId: number, boot: number) {
    this.#fields = fields;
    const isOfThisRecord = fields[VERSION_AT] === VERSION && fields[BEGUN_AT] <= lastOrderId;
    if (!isOfThisRecord) {
      fields.fill(0);
      this.#setAll(lastOrderId);
    } else if (fields[BOOT_AT] !== boot) {
      // The file is not synced: after a power cut it may be older than the record.
      fields[BEGUN_AT] = lastOrderId;
    }
    fields[BOOT_AT] = boot;
    fields[VERSION_AT] = VERSION;
    this.before = {
      console: fields[PRINTED_AT.console],
      file: fields[PRINTED_AT.file],
      begun: fields[BEGUN_AT],
    };
  }

  /**
   * Opens the mark of a record. A record without one counts as printed.
   * @throws SystemCallError and system errors; trading works without a mark, see inMemory()
   */
  static open(record: string, lastOrderId: number): PrintMark {
    const fd = openPrivate(`${record}.printed`, constants.O_RDWR);
    try {
      allocateBlocks(fd, FILE_BYTES);
      const fields = new Float64Array(mapShared(fd, FILE_BYTES, true), 0, FIELDS);
      return new PrintMark(fields, lastOrderId, bootNumber());
    } finally {
      closeSync(fd); // the mapping stays
    }
  }

  /** A mark that ends with its process. */
  static inMemory(lastOrderId: number): PrintMark {
    return new PrintMark(new Float64Array(FIELDS), lastOrderId, 0);
  }

  /** Orders up to this id are about to be printed. */
  begin(orderId: number): void {
    this.#fields[BEGUN_AT] = orderId;
  }

  /** An output has all orders up to this id. */
  set(output: Output, orderId: number): void {
    this.#fields[PRINTED_AT[output]] = orderId;
  }

  #setAll(orderId: number): void {
    this.begin(orderId);
    this.set('console', orderId);
    this.set('file', orderId);
  }
}
