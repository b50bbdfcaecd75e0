// What can go wrong with a port.

import { codeOf, messageOf, UsageError } from '../platform/errors.ts';

/** An address that this process cannot serve. */
export class ListenError extends UsageError {
  constructor(option: string, host: string, port: number, cause: unknown) {
    super(`cannot listen on ${host}:${port}: ${listenReason(option, cause)}`, { cause });
  }
}

function listenReason(option: string, cause: unknown): string {
  switch (codeOf(cause)) {
    case 'EADDRINUSE':
      return `the port is in use; stop the program that holds it, or choose another ${option}`;
    case 'EACCES':
      return `this user may not use the port; choose a ${option} above 1023`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'the address is not one of this machine; choose another --host';
    default:
      return messageOf(cause);
  }
}
