// Whether the process at the other end of a connection is one of this user.

import type net from 'node:net';
import { socketOwner } from '@tickline/posix';

const ROOT = 0;

/** Whether the peer of an accepted connection runs on this machine, as this user or root. */
export function isOwnPeer({ remoteAddress, remotePort, localAddress, localPort }: net.Socket): boolean {
  if (remoteAddress === undefined || remotePort === undefined) return false;
  if (localAddress === undefined || localPort === undefined) return false;
  const end = { address: bare(remoteAddress), port: remotePort };
  const owner = socketOwner(end, { address: bare(localAddress), port: localPort });
  return owner !== undefined && (owner === ROOT || owner === process.geteuid?.());
}

/** Without the scope of a link-local address. */
function bare(address: string): string {
  return address.split('%', 1)[0] ?? address;
}
