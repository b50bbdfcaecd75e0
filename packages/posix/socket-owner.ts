// Which user owns the other end of a TCP connection within this machine. The kernel answers by sock_diag, in the same time
// however many sockets there are; where it does not have that, /proc/net/tcp is searched.

import fs from 'node:fs';
import koffi from 'koffi';

const libc = koffi.load(null);
const socketNative = libc.func('int socket(int domain, int type, int protocol)');
const sendNative = libc.func('int64_t send(int fd, const uint8_t *bytes, size_t length, int flags)');
const recvNative = libc.func('int64_t recv(int fd, _Out_ uint8_t *bytes, size_t length, int flags)');

const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 0o2000003;
const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const NLMSG_ERROR = 2;
const NLM_F_REQUEST = 1;
const IPPROTO_TCP = 6;
const MSG_DONTWAIT = 0x40;
const ESTABLISHED = 1;

/** struct nlmsghdr (16 bytes), then struct inet_diag_req_v2. */
const REQUEST_BYTES = 72;
const TYPE_AT = 4;
const FLAGS_AT = 6;
const SEQUENCE_AT = 8;
const FAMILY_AT = 16;
const PROTOCOL_AT = 17;
const STATES_AT = 20;
const SOURCE_PORT_AT = 24;
const DESTINATION_PORT_AT = 26;
const SOURCE_AT = 28;
const DESTINATION_AT = 44;
const COOKIE_AT = 64;
/** struct nlmsghdr, then struct inet_diag_msg. */
const STATE_AT = 17;
const ERROR_AT = 16;
const OWNER_AT = 80;
const REPLY_BYTES = 512;
const REPLY_BYTES_MIN = 84;
/** Of a line of /proc/net/tcp, counted from the local address. */
const OWNER_FIELD = 6;

/** One end of a connection. */
export interface Endpoint {
  /** IPv4, or IPv6 without a scope. */
  readonly address: string;
  readonly port: number;
}

/**
 * The user id of the process at `end`, whose connection leads to `peer`. Undefined if this machine has no such open
 * connection: the other end is remote, or has closed (closed sockets belong to nobody, and would count as root's).
 */
export function socketOwner(end: Endpoint, peer: Endpoint): number | undefined {
  const fd = diagnosticSocket();
  return fd < 0 ? ownerInProc(end, peer) : diagnose(fd, end, peer);
}

const request = Buffer.alloc(REQUEST_BYTES);
const reply = Buffer.alloc(REPLY_BYTES);
let sequence = 0;
/** Opened at the first question, until the process exits. */
let diagFd: number | undefined;

/** Negative if the kernel does not have sock_diag: it does not know a connection that certainly exists. */
function diagnosticSocket(): number {
  if (diagFd !== undefined) return diagFd;
  const fd: number = socketNative(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG);
  diagFd = fd >= 0 && asks(fd) ? fd : -1;
  return diagFd;
}

/** Whether the kernel understands the question: it finds nothing, and not that it cannot look. */
function asks(fd: number): boolean {
  const nobody = { address: '127.0.0.1', port: 0 };
  diagnose(fd, nobody, nobody);
  return (
    reply.readUInt16LE(TYPE_AT) === NLMSG_ERROR && reply.readInt32LE(ERROR_AT) === -koffi.os.errno.ENOENT
  );
}

function diagnose(fd: number, end: Endpoint, peer: Endpoint): number | undefined {
  writeRequest(bytesOf(end.address), end.port, bytesOf(peer.address), peer.port);
  if (sendNative(fd, request, REQUEST_BYTES, 0) !== REQUEST_BYTES) return undefined;
  for (;;) {
    const length = Number(recvNative(fd, reply, REPLY_BYTES, MSG_DONTWAIT)); // the answer is there already
    if (length < FAMILY_AT) return undefined;
    if (reply.readUInt32LE(SEQUENCE_AT) !== sequence) continue;
    if (length < REPLY_BYTES_MIN || reply.readUInt16LE(TYPE_AT) !== SOCK_DIAG_BY_FAMILY) return undefined;
    return reply[STATE_AT] === ESTABLISHED ? reply.readUInt32LE(OWNER_AT) : undefined;
  }
}

function writeRequest(source: readonly number[], sourcePort: number, to: readonly number[], toPort: number) {
  sequence = (sequence + 1) >>> 0;
  request.fill(0);
  request.writeUInt32LE(REQUEST_BYTES);
  request.writeUInt16LE(SOCK_DIAG_BY_FAMILY, TYPE_AT);
  request.writeUInt16LE(NLM_F_REQUEST, FLAGS_AT);
  request.writeUInt32LE(sequence, SEQUENCE_AT);
  request[FAMILY_AT] = source.length === 4 ? AF_INET : AF_INET6;
  request[PROTOCOL_AT] = IPPROTO_TCP;
  request.writeUInt32LE(0xffff_ffff, STATES_AT);
  request.writeUInt16BE(sourcePort, SOURCE_PORT_AT);
  request.writeUInt16BE(toPort, DESTINATION_PORT_AT);
  request.set(source, SOURCE_AT);
  request.set(to, DESTINATION_AT);
  request.fill(0xff, COOKIE_AT); // any socket
}

/**
 * The same, from the lines of /proc/net/tcp and tcp6: number, local and remote address, state, three fields, user id. It
 * takes time for every socket of the machine.
 */
export function ownerInProc(end: Endpoint, peer: Endpoint): number | undefined {
  const [from, to] = [bytesOf(end.address), bytesOf(peer.address)];
  const wanted = ` ${hexOf(from, end.port)} ${hexOf(to, peer.port)} 01 `;
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = readText(file);
    const at = text.indexOf(from.length === 4 && file.endsWith('6') ? mapped(wanted) : wanted);
    if (at < 0) continue;
    const line = text.slice(at, text.indexOf('\n', at)).trim().split(/ +/);
    return Number(line[OWNER_FIELD]);
  }
  return undefined;
}

/** IPv4 addresses as an IPv6 socket has them. */
function mapped(wanted: string): string {
  return wanted.replaceAll(/ (?=[0-9A-F]{8}:)/g, ' 0000000000000000FFFF0000');
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** As in /proc/net/tcp: words of four bytes in this machine's order, a colon, the port. */
function hexOf(bytes: readonly number[], port: number): string {
  const address = Buffer.from(bytes);
  return `${address.swap32().toString('hex')}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}

/** The 4 or 16 bytes of an address. */
function bytesOf(address: string): number[] {
  const [, embedded] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  const text = embedded ?? address;
  if (!text.includes(':')) return text.split('.').map(Number);
  const [head = '', tail = ''] = text.split('::');
  const [first, last] = [wordsOf(head), wordsOf(tail)];
  const zeros = Array<number>(8 - first.length - last.length).fill(0);
  return [...first, ...zeros, ...last].flatMap((word) => [word >>> 8, word & 0xff]);
}

function wordsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16));
}
