// Whether an address can be reached from this machine alone.

import dns from 'node:dns/promises';
import net from 'node:net';

const LOOPBACK = new net.BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether the address, or every address that the name resolves to, is loopback. False for a name that has none. */
export async function isLoopback(host: string): Promise<boolean> {
  const addresses = await addressesOf(host);
  return addresses.length > 0 && addresses.every(({ address, family }) => LOOPBACK.check(address, family));
}

interface Address {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
}

async function addressesOf(host: string): Promise<Address[]> {
  try {
    const found = await dns.lookup(host, { all: true });
    return found.map(({ address, family }) => ({ address, family: family === 6 ? 'ipv6' : 'ipv4' }));
  } catch {
    return [];
  }
}
