// The loopback address, and whether a host name can be reached from this machine alone.

import dns from 'node:dns/promises';
import net from 'node:net';
import { UnknownHostError } from './errors.ts';

/** The address for servers that only this machine may reach. */
export const LOOPBACK = '127.0.0.1';

const LOOPBACK_ADDRESSES = new net.BlockList();
LOOPBACK_ADDRESSES.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK_ADDRESSES.addAddress('::1', 'ipv6');

/**
 * Whether the address, or every address that the name resolves to, is loopback.
 * @throws UnknownHostError
 */
export async function isLoopback(host: string): Promise<boolean> {
  const addresses = await addressesOf(host);
  return addresses.every(({ address, family }) => LOOPBACK_ADDRESSES.check(address, family));
}

interface Address {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
}

async function addressesOf(host: string): Promise<Address[]> {
  try {
    const found = await dns.lookup(host, { all: true });
    return found.map(({ address, family }) => ({ address, family: family === 6 ? 'ipv6' : 'ipv4' }));
  } catch (error) {
    throw new UnknownHostError(host, error);
  }
}
