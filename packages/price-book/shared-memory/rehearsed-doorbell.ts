// A doorbell that nobody hears, for processes that ring a real one rarely and must not be slow then.

import { Armed, Doorbell } from './doorbell.ts';
import { FileMemory } from './file-memory.ts';
import { CACHE_LINE_BYTES } from './struct.ts';

const ARMED_AT = CACHE_LINE_BYTES;

/** Keeps the code of Doorbell.ring() and of its system call compiled, and in the caches. */
export class RehearsedDoorbell {
  readonly #memory = new FileMemory(
    { path: '', inode: 0, writable: true },
    new ArrayBuffer(2 * CACHE_LINE_BYTES),
  );
  readonly #doorbell = new Doorbell(this.#memory, { word: 0, armed: ARMED_AT, wakesNext: false });

  /** Rings as if a process waited. */
  ring(): void {
    this.#memory.storeU32(ARMED_AT, Armed.ONE);
    this.#doorbell.ring();
  }
}
