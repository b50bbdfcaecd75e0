// A medium that ends after any number of stores, as a kill ends it, or loses any blocks that were not synced, as a power
// cut does.

import fs from 'node:fs';
import type { OpenMedium, SegmentMedium } from '../../../src/order-store/journal/segment-medium.ts';

const WORD_BYTES = 4;
const BLOCK_BYTES = 512;

/** The media of one journal. */
export class FailingMedia {
  /** Words that can still be stored, in all segments together; then everything is lost. */
  wordsLeft = Number.POSITIVE_INFINITY;
  wordsStored = 0;
  readonly #media: FailingMedium[] = [];

  readonly open: OpenMedium = (fd, bytes) => {
    const medium = new FailingMedium(this, fd, bytes);
    this.#media.push(medium);
    return medium;
  };

  get isKilled(): boolean {
    return this.wordsLeft === 0;
  }

  /** Each block that changed since the last sync reaches the disk if `survives` says so. */
  cutPower(survives: () => boolean): void {
    for (const medium of this.#media) medium.cutPower(survives);
  }
}

class FailingMedium implements SegmentMedium {
  readonly #media: FailingMedia;
  readonly #fd: number;
  readonly #now: Buffer;
  #synced: Buffer;
  #isOpen = true;

  constructor(media: FailingMedia, fd: number, bytes: number) {
    this.#media = media;
    this.#fd = fd;
    this.#now = Buffer.alloc(bytes);
    this.#synced = Buffer.alloc(bytes);
  }

  write(bytes: Buffer, length: number, at: number): void {
    const words = Math.min(length / WORD_BYTES, this.#media.wordsLeft);
    this.#media.wordsLeft -= words;
    this.#media.wordsStored += words;
    bytes.copy(this.#now, at, 0, words * WORD_BYTES);
    if (words > 0) fs.writeSync(this.#fd, bytes, 0, words * WORD_BYTES, at);
  }

  word(at: number): number {
    return this.#now.readUInt32LE(at);
  }

  sync(): void {
    this.#synced = Buffer.from(this.#now);
  }

  prepare(): void {}

  rehearse(): void {}

  close(): void {
    this.#isOpen = false;
  }

  cutPower(survives: () => boolean): void {
    if (!this.#isOpen) return;
    for (let at = 0; at < this.#now.length; at += BLOCK_BYTES) {
      const before = this.#synced.subarray(at, at + BLOCK_BYTES);
      if (this.#now.subarray(at, at + BLOCK_BYTES).equals(before) || survives()) continue;
      fs.writeSync(this.#fd, before, 0, before.length, at);
    }
  }
}
