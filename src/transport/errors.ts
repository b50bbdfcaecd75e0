// Errors of ports.

import { codeOf, messageOf, UsageError } from '../platform/errors.ts';

/** This process cannot listen on the address. */
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
      return 'this machine does not have that address; choose another --host';
    default:
      return messageOf(cause);
  }
}
