// Errors of ports.

import { codeOf, messageOf, UsageError } from '../platform/errors.ts';

/** This process cannot listen on the address. */
export class ListenError extends UsageError {
  constructor(option: string, host: string, port: number, cause: unknown) {
    super(`cannot listen on ${host}:${port}: ${listenReason(option, cause)}`, { cause });
  }
}

/** A host name that resolves to no address. */
export class UnknownHostError extends UsageError {
  constructor(host: string, cause: unknown) {
    super(
      `no address is known for the host "${host}" (${codeOf(cause) ?? messageOf(cause)}): expected a name or an address such as 127.0.0.1; check its spelling`,
      { cause },
    );
  }
}

function listenReason(option: string, cause: unknown): string {
  switch (codeOf(cause)) {
    case 'EADDRINUSE':
      return `the port is in use; stop the program that holds it, or choose another ${option}`;
    case 'EACCES':
      return `this user may not use the port; choose a ${option} above 1023`;
    case 'EADDRNOTAVAIL':
      return 'this machine does not have that address; choose another --host';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'no address is known for that name; check its spelling';
    default:
      return messageOf(cause);
  }
}
