// What can go wrong with a message of the order port, one class each.

import { FRAME_BYTES_MAX } from './frames.ts';

/**
 * The root of these errors: bytes that were received or a message to send, and not a fault of this process.
 */
export abstract class ProtocolError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/**
 * A frame is not a message. It counts as a bad frame, and the sender may get this error's message in an
 * `error`.
 */
export class BadMessageError extends ProtocolError {}

/** A message does not fit into one frame. */
export class MessageTooLongError extends ProtocolError {
  constructor(type: string, bytes: number) {
    super(`a ${type} message of ${bytes} bytes exceeds the ${FRAME_BYTES_MAX} of a frame; send less in one`);
  }
}
