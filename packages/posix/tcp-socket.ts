// TCP sockets that are bound here and listened on by another process, which inherits the descriptor.

import fs from 'node:fs';
import koffi from 'koffi';
import { SystemCallError } from './errors.ts';

const libc = koffi.load(null);
const socketNative = libc.func('int socket(int domain, int type, int protocol)');
const setsockoptNative = libc.func(
  'int setsockopt(int fd, int level, int name, const int32_t *value, uint32_t length)',
);
const listenNative = libc.func('int listen(int fd, int backlog)');
const shutdownNative = libc.func('int shutdown(int fd, int how)');
const bindNative = libc.func('int bind(int fd, const uint8_t *address, uint32_t length)');
const getsocknameNative = libc.func(
  'int getsockname(int fd, _Out_ uint8_t *address, _Inout_ uint32_t *length)',
);
const inetPton = libc.func('int inet_pton(int family, const char *text, _Out_ uint8_t *address)');

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM_CLOEXEC = 0o2000001;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SHUT_RD = 0;
/** struct sockaddr_in and sockaddr_in6: family, port, then the address at these offsets. */
const PORT_AT = 2;
const IPV4 = { family: AF_INET, bytes: 16, addressAt: 4 };
const IPV6 = { family: AF_INET6, bytes: 28, addressAt: 8 };
const SCOPE_AT = 24;

export interface BoundSocket {
  /** Closed on exec, unless it is passed to a child on purpose. */
  readonly fd: number;
  readonly port: number;
}

/**
 * Binds a TCP socket and does not listen on it: until a process does, clients are refused. That process calls
 * reuseAddress() before it listens. Until then nobody else can bind the port, of whichever user.
 * @param address IPv4 or IPv6, no name
 * @param scope the index of the interface of a link-local IPv6 address, else 0
 * @param port 0: any free port
 * @throws SystemCallError with code `EADDRINUSE` if a process listens there
 */
export function bindTcpSocket(address: string, scope: number, port: number): BoundSocket {
  if (port !== 0) return boundTo(address, scope, port, refuseReuse);
  // A port that the system chose is given back when its socket stops listening: another socket binds it by its number.
  const chosen = boundTo(address, scope, 0);
  try {
    return boundTo(address, scope, chosen.port, refuseReuse);
  } finally {
    fs.closeSync(chosen.fd);
  }
}

function boundTo(address: string, scope: number, port: number, then?: (fd: number) => void): BoundSocket {
  const kind = address.includes(':') ? IPV6 : IPV4;
  const fd = socketNative(kind.family, SOCK_STREAM_CLOEXEC, 0);
  if (fd < 0) throw new SystemCallError('socket', koffi.errno(), 'opening a TCP socket');
  try {
    reuseAddress(fd);
    const bound = socketAddress(kind, address, scope, port);
    if (bindNative(fd, bound, kind.bytes) !== 0)
      throw new SystemCallError('bind', koffi.errno(), `binding port ${port} of ${address}`);
    if (getsocknameNative(fd, bound, new Uint32Array([kind.bytes])) !== 0)
      throw new SystemCallError('getsockname', koffi.errno(), 'asking for the port of a socket');
    then?.(fd);
    return { fd, port: bound.readUInt16BE(PORT_AT) };
  } catch (error) {
    fs.closeSync(fd);
    throw error;
  }
}

/** Connections that linger on the port do not keep the socket from listening. */
export function reuseAddress(fd: number): void {
  setReuse(fd, 1);
}

/**
 * Linux lets two sockets bind a port if both reuse it and neither listens, and remembers so of the port until one has
 * listened.
 */
function refuseReuse(fd: number): void {
  if (listenNative(fd, 1) !== 0)
    throw new SystemCallError('listen', koffi.errno(), 'claiming the port of a socket');
  shutdownNative(fd, SHUT_RD); // listens no more
  setReuse(fd, 0);
}

function setReuse(fd: number, isAllowed: 0 | 1): void {
  setsockoptNative(fd, SOL_SOCKET, SO_REUSEADDR, new Int32Array([isAllowed]), 4);
}

function socketAddress(kind: typeof IPV4, address: string, scope: number, port: number): Buffer {
  const bytes = Buffer.alloc(kind.bytes);
  bytes.writeUInt16LE(kind.family);
  bytes.writeUInt16BE(port, PORT_AT);
  inetPton(kind.family, address, bytes.subarray(kind.addressAt));
  if (kind === IPV6) bytes.writeUInt32LE(scope, SCOPE_AT);
  return bytes;
}
