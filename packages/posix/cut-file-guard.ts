// Keeps a process alive when a file that it has mapped is truncated. The kernel answers the next access beyond the end of
// the file with SIGBUS. JavaScript cannot handle that, because the handler has to run in the middle of the access, so the
// handler is a few instructions of machine code. If the access was to a guarded mapping, the handler replaces the whole
// mapping by empty private memory, and the access is repeated: the process reads zeros, and its next check of the file
// finds the reason. Any other SIGBUS kills the process as before.

import koffi from 'koffi';

const libc = koffi.load(null);
const mmap = libc.func('void *mmap(void *addr, size_t length, int prot, int flags, int fd, int64_t offset)');
const mprotect = libc.func('int mprotect(void *addr, size_t length, int prot)');
const sigaction = libc.func('int sigaction(int signum, const uint8_t *act, void *oldact)');

const PAGE_BYTES = 4096;
const PROT_READ = 1;
const PROT_WRITE = 2;
const PROT_EXEC = 4;
const MAP_PRIVATE_ANONYMOUS = 0x22;
const SIGBUS = 7;
const SA_SIGINFO = 4;
const SA_RESTART = 0x10000000;
/** struct sigaction of the C libraries: handler, 128 bytes of mask, flags, restorer. */
const SIGACTION_BYTES = 152;
const SIGACTION_FLAGS_AT = 136;

/** The end of the table stays zero: it ends the search, and serves as the kernel's struct sigaction of SIG_DFL. */
const ZEROS_BYTES = 32;
const MAPPINGS_MAX = (PAGE_BYTES - ZEROS_BYTES) / 16;

/** Pairs of addresses, start and end; undefined before the first mapping, and if there is no guard. */
let table: BigUint64Array | undefined;
let mappings = 0;

/**
 * Guards a mapping until the process exits. Does nothing on processors other than x64, and if the system allows no new
 * code; there such an access still kills the process.
 */
export function guardMapping(start: bigint, bytes: number): void {
  if (process.arch !== 'x64' || mappings >= MAPPINGS_MAX) return;
  table ??= install();
  if (!table) return;
  // The start last: the handler may run between the two stores.
  table[2 * mappings + 1] = start + BigInt(bytes);
  table[2 * mappings] = start;
  mappings++;
}

/** Makes room for another mapping: this one is no file any more. */
export function unguardMapping(start: bigint): void {
  const index =
    table?.subarray(0, 2 * mappings).findIndex((value, at) => at % 2 === 0 && value === start) ?? -1;
  if (!table || index < 0) return;
  mappings--;
  table[index + 1] = table[2 * mappings + 1];
  table[index] = table[2 * mappings];
  table[2 * mappings] = 0n;
}

function install(): BigUint64Array | undefined {
  const tablePage = emptyPage();
  const codePage = emptyPage();
  if (tablePage === undefined || codePage === undefined) return undefined;
  new Uint8Array(codePage.bytes).set(handlerCode(tablePage.address));
  if (mprotect(codePage.pointer, PAGE_BYTES, PROT_READ | PROT_EXEC) !== 0) return undefined;
  const action = Buffer.alloc(SIGACTION_BYTES);
  action.writeBigUInt64LE(codePage.address);
  action.writeUInt32LE(SA_SIGINFO | SA_RESTART, SIGACTION_FLAGS_AT);
  return sigaction(SIGBUS, action, null) === 0 ? new BigUint64Array(tablePage.bytes) : undefined;
}

function emptyPage() {
  const pointer = mmap(null, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
  const address = koffi.address(pointer);
  if (BigInt.asIntN(64, address) === -1n) return undefined;
  return { pointer, address, bytes: koffi.view(pointer, PAGE_BYTES) };
}

/**
 * `void handler(int signal, siginfo_t *info, void *context)` for x64: bytes, then the instruction. TABLE and ZEROS stand
 * for addresses.
 */
const HANDLER = `
  48 8b 46 10               mov rax, [rsi + 16]     the address of the access
  48 ba TABLE               mov rdx, TABLE
  48 8b 3a            next: mov rdi, [rdx]          start of a mapping
  48 85 ff                  test rdi, rdi
  74 3a                     jz else                 the table is through
  48 8b 72 08               mov rsi, [rdx + 8]      its end
  48 83 c2 10               add rdx, 16
  48 39 f8                  cmp rax, rdi
  72 eb                     jb next
  48 39 f0                  cmp rax, rsi
  73 e6                     jae next
  48 29 fe                  sub rsi, rdi            its length
  ba 03 00 00 00            mov edx, PROT_READ | PROT_WRITE
  41 ba 32 00 00 00         mov r10d, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS
  49 c7 c0 ff ff ff ff      mov r8, -1
  45 31 c9                  xor r9d, r9d
  b8 09 00 00 00            mov eax, SYS_mmap
  0f 05                     syscall
  48 3d 00 f0 ff ff         cmp rax, -4096
  77 01                     ja else                 there is no memory
  c3                        ret                     the access is done again
  bf 07 00 00 00      else: mov edi, SIGBUS
  48 be ZEROS               mov rsi, ZEROS          the action SIG_DFL
  31 d2                     xor edx, edx
  41 ba 08 00 00 00         mov r10d, 8             bytes of a set of signals
  b8 0d 00 00 00            mov eax, SYS_rt_sigaction
  0f 05                     syscall
  c3                        ret                     the access is done again, and ends the process
`;
const BYTES_COLUMNS = 22;

function handlerCode(tableAddress: bigint): Buffer {
  const bytes = HANDLER.split('\n')
    .map((line) => line.slice(0, BYTES_COLUMNS))
    .join('')
    .replace('TABLE', littleEndian(tableAddress))
    .replace('ZEROS', littleEndian(tableAddress + BigInt(PAGE_BYTES - ZEROS_BYTES)));
  return Buffer.from(bytes.replaceAll(' ', ''), 'hex');
}

function littleEndian(address: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(address);
  return bytes.toString('hex');
}
