// The strategies that a halt can name.

import { TicklineError } from '../platform/errors.ts';
import { RecordReader } from './record-reader.ts';

/** Those that ever ordered; undefined if the record cannot be read: that must not keep anybody from a halt. */
export function strategiesIn(record: string): string[] | undefined {
  try {
    const reader = RecordReader.open(record);
    try {
      return reader.strategies();
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof TicklineError) return undefined;
    throw error;
  }
}
