// docs/shared-memory.md: prose from here, every number from the one description of the layout.

import {
  BOOK_BYTES_FORMULA,
  BookState,
  bookShape,
  COUNTER_CAPACITY,
  COUNTER_LINE,
  COUNTER_SET,
  COUNTER_SETS,
  EntryStatus,
  HEADER,
  LAYOUT_VERSION,
  MAGIC,
  MARKET_TIME,
  READER_CAPACITY,
  READER_SLOT,
  RING_CAPACITY_MAX,
  RING_SLOT,
  SHARD_POSITION,
  SYMBOL_CAPACITY_MAX,
  SYMBOL_NAME,
  TABLE_ENTRY,
} from '../../packages/price-book/layout.ts';
import { type Field, PAGE_BYTES, type Struct } from '../../packages/price-book/shared-memory/struct.ts';
import {
  LANE_BYTES,
  LANE_HEADER,
  LANE_MAGIC,
  LANE_ORDERS,
  LANE_VERSION,
  REPORT,
  REPORTS_AT,
  REQUEST,
  REQUESTS_AT,
} from '../../src/order-lane/layout.ts';
import {
  INDICATOR,
  INDICATORS_AT,
  ROWS_AT,
  SIGNAL_FILE_BYTES,
  SIGNAL_HEADER,
  SIGNAL_ROW,
  SIGNAL_ROWS_MAX,
} from '../../src/signal-file/layout.ts';

const DEFAULT = bookShape(1024, 65_536);
const EXAMPLES: readonly (readonly [symbols: number, ringExponent: number])[] = [
  [4, 10],
  [1024, 16],
  [10_000, 20],
];

/** The whole page. */
export function sharedMemoryPage(): string {
  return `${[fileSection(), readingSections(), processSections(), sizeSections(), laneSections(), signalSections()].join('\n\n')}\n`;
}

function fileSection(): string {
  return `<!-- Made by npm run docs from packages/price-book/layout.ts, src/order-lane/layout.ts, src/signal-file/layout.ts and tools/docs/shared-memory-page.ts. -->

# The price book in shared memory

How to read prices and ticks from shared memory, in any language and without a system call per read. The OrderBook writes one
file, \`/dev/shm/tickline-<name>\`, and any process of the same user can map it. Numbers are little-endian. Text is ASCII, padded
with zero bytes. Times are nanoseconds of CLOCK_MONOTONIC. This is layout version ${LAYOUT_VERSION}.

${drawing()}

Read the offsets of the regions from the header. In a book of ${DEFAULT.symbolCapacity} symbols and ${DEFAULT.ringCapacity} ticks they are
${DEFAULT.readerOffset}, ${DEFAULT.counterOffset}, ${DEFAULT.counterSetOffset}, ${DEFAULT.symbolOffset}, ${DEFAULT.tableOffset}, ${DEFAULT.ringOffset} and ${DEFAULT.marketTimeOffset}. Each region starts at a multiple of ${PAGE_BYTES} bytes.

## Map the file

1. Open \`/dev/shm/tickline-<name>\` for reading, without following a symlink.
2. Read the first ${HEADER.bytes} bytes. They start with \`${MAGIC}\`, the layout version is ${LAYOUT_VERSION}, and the file has
   \`totalBytes\` bytes. Check all three: a read beyond the end of a shorter file kills the process with SIGBUS.
3. Map \`totalBytes\` bytes, shared and read-only. A read-only mapping cannot damage the book.

The file is complete when its name appears, and its writer never truncates it. When the writer exits in order it sets \`state\` to
${BookState.CLOSED} and removes the file; mappings stay readable. If the name belongs to another inode, or to none, nobody writes your mapping any
more: map the new file. A writer that finds its file removed or damaged sets \`intent\` to \`published + ringCapacity\` and frees the
blocks of table and ring, so nothing there is a tick or a price any more.

[examples/python](../examples/python/README.md) has two small readers, [read_book.c](../packages/price-book/examples/read_book.c) is another.`;
}

function readingSections(): string {
  return `## Read a price

Each entry of the symbol table is one cache line, guarded by its \`version\` (a seqlock).

\`\`\`
writer                          reader
version = version + 1  (odd)    v1 = version          odd: start again
write the other fields          copy the fields
version = version + 1  (even)   v2 = version          not v1: start again
\`\`\`

An entry with the status ${EntryStatus.EMPTY} has no price yet. An
entry with the status ${EntryStatus.STALE} has had no tick for too long: do not rely on its price. If an entry stays odd for a second, its writer was
killed in the middle of a write; the next writer repairs the entry and marks it stale until its next tick.

Its symbol is in the same row of the symbols, and stays. Entries below \`symbolCount\` are in use.

## Read every tick

The tick ring holds the last \`ringCapacity\` ticks, a power of two. Tick number c, counted from 0 since the file was created, is in
slot c modulo \`ringCapacity\`, and its market time in the same row of the market times. Two cursors in the header say which slots you may read:

\`\`\`
        overwritten | safe to read            | being written |
   -----------------+-------------------------+---------------+------
     intent - capacity                    published         intent
\`\`\`

1. The writer sets \`intent\` to where it will be, writes the slots, then sets \`published\` to the same value.
2. A reader has its own cursor. It loads \`published\`, copies the slots from its cursor on, then loads \`intent\`.
3. If \`intent - ringCapacity\` is greater than its cursor, the writer overwrote slots during the copy. The reader discards the copy
   and continues further ahead.

A writer that was killed leaves \`intent\` ahead of \`published\`. Do not read the slots between them; the next writer writes them again.

To sleep until there are more ticks, load \`futex\`, read the ring, set \`armed\` to 2, and call \`futex(FUTEX_WAIT)\` with the value that
you loaded. This needs a writable mapping; a reader with a read-only mapping polls.`;
}

function processSections(): string {
  return `## Reader slots and lossless books

A reader that wants to be seen claims one of the ${READER_CAPACITY} reader slots: it atomically exchanges the \`pid\` of a free slot, or of a dead process,
for its own. It then publishes its cursor, so every tool sees its lag. A reader that restarts under its name
gets the slot of its predecessor.

If \`lossless\` is 1, the writer waits before it overwrites a tick that the slowest reader with a slot has not read. It never waits for
readers without a slot. It evicts a reader that stalls for 10 seconds, unless \`required\` is 1, as that of a lossless Strategy is.

## The writer's lock

The writer holds an exclusive lock (\`fcntl\`, \`F_OFD_SETLK\`) on byte 2^50 of the file, so a second writer is refused. The kernel releases the lock when the process dies,
however it dies. A writer that gets the lock of an existing file takes the book over: it repairs odd entries, increments
\`epoch\` and continues the cursors. Readers keep their mapping and notice only a pause.

A new book is created under another name, gets real blocks (\`posix_fallocate\` makes a full /dev/shm an error instead of a SIGBUS later),
is locked, and is linked to its name last. A link fails if the name is taken, so only one of two processes that start at the same time
gets the book.

## Permissions and limits

The file has mode 0600. Tickline refuses a file of another user, a symlink, a truncated file, and a header that contradicts itself. A
book has at most ${SYMBOL_CAPACITY_MAX.toLocaleString('en')} symbols and ${RING_CAPACITY_MAX.toLocaleString('en')} ticks.

## Memory ordering

On x64 stores become visible in program order, and loads are made in program order. Plain loads and stores of aligned fields are
enough, if the compiler keeps their order (in C, use \`atomic_load_explicit\` with \`memory_order_acquire\` for versions and cursors). On arm64
neither holds: load versions and cursors with acquire, and put a fence between the copy and the second load of the version or the
intent, because a plain load may move behind an acquire load.`;
}

function sizeSections(): string {
  return `## Size

For N symbols and a ring of 2^k ticks, k at least 7, in bytes:

\`\`\`
${BOOK_BYTES_FORMULA}
\`\`\`

| symbols | ring | bytes |
|---:|---:|---:|
${EXAMPLES.map(exampleRow).join('\n')}

## Fields

Offset, type, name, (writer), meaning.

${[HEADER, SHARD_POSITION, SYMBOL_NAME, TABLE_ENTRY, RING_SLOT, MARKET_TIME, READER_SLOT, COUNTER_LINE, COUNTER_SET].map(section).join('\n\n')}`;
}

function laneSections(): string {
  return `## The order lane

With \`--order-path shared\`, orders and reports go through \`/dev/shm/tickline-<stack>.<strategy>-<id>.lane\`, ${LANE_BYTES.toLocaleString('en')} bytes of mode 0600. The
strategy creates it like a book and locks the same byte. It starts with \`${LANE_MAGIC}\` and layout version ${LANE_VERSION}. Requests start at ${REQUESTS_AT}, reports at ${REPORTS_AT}.

Order n, counted from 1, and its report are in row (n - 1) modulo ${LANE_ORDERS} of their rings. A record is whole when its \`sequence\` is n: its writer
stores 0 there first, then the fields and the checksum, and n last. An order without a whole report is unanswered, so the lane is the outbox too. The strategy sends
order n only after it has read report n - ${LANE_ORDERS}; a full lane holds back decisions. Quantities and prices are doubles, as in JSON, so both paths give the same order to the last bit.

After a request the strategy changes \`requests\` in the price book and wakes the OrderManager, if \`requestsArmed\` is 1. After the reports the OrderManager rings \`futex\`, on
which strategies wait for ticks. Both read at least every 100 ms without a bell.

The checksum is the CRC-32 of zlib, with the low 32 bits of n as its start. A report has no id: its order has it.

${[LANE_HEADER, REQUEST, REPORT].map(section).join('\n\n')}`;
}

function signalSections(): string {
  return `## The signal file

A strategy with \`publish\` shows signals and indicators in \`/dev/shm/tickline-<stack>.<strategy>.signals\`, ${SIGNAL_FILE_BYTES.toLocaleString('en')} bytes, created and locked like a lane. Indicators start at ${INDICATORS_AT}; at ${ROWS_AT} start rows
for the first ${SIGNAL_ROWS_MAX.toLocaleString('en')} symbols, each guarded like a table entry and written at most every 100 ms. Nothing that trades reads the file.

${[SIGNAL_HEADER, INDICATOR, SIGNAL_ROW].map(section).join('\n\n')}`;
}

function drawing(): string {
  const regions: [string, string, string][] = [
    ['header', `${HEADER.bytes} bytes`, 'layout version, writer, cursors'],
    ['reader slots', `${READER_SLOT.bytes} bytes * ${READER_CAPACITY}`, 'the readers, and how far each is'],
    ['counters', `${COUNTER_LINE.bytes} bytes * ${COUNTER_CAPACITY}`, 'the counters of each process'],
    ['counter sets', `${COUNTER_SET.bytes} bytes * ${COUNTER_SETS}`, 'those of further strategies'],
    ['symbols', `${SYMBOL_NAME.bytes} bytes * symbolCapacity`, 'the names of the entries'],
    ['symbol table', `${TABLE_ENTRY.bytes} bytes * symbolCapacity`, 'the latest price of each symbol'],
    ['tick ring', `${RING_SLOT.bytes} bytes * ringCapacity`, 'the last ticks'],
    ['market times', `${MARKET_TIME.bytes} bytes * ringCapacity`, 'when these were made, by their data'],
  ];
  const at = [
    '0',
    'readerOffset',
    'counterOffset',
    'counterSetOffset',
    'symbolOffset',
    'tableOffset',
    'ringOffset',
    'marketTimeOffset',
  ];
  const rows = regions.map(
    ([title, size, what], i) =>
      `${(at[i] ?? '').padStart(16)}  ${title.padEnd(12)}  ${size.padEnd(26)}  ${what}`,
  );
  return ['```', ...rows, `${'totalBytes'.padStart(16)}`, '```'].join('\n');
}

function exampleRow([symbols, exponent]: readonly [number, number]): string {
  const { totalBytes } = bookShape(symbols, 2 ** exponent);
  return `| ${symbols.toLocaleString('en')} | 2^${exponent} | ${totalBytes.toLocaleString('en')} |`;
}

function section(record: Struct<string>): string {
  const title = record.title[0]?.toUpperCase() + record.title.slice(1);
  return `### ${title}, ${record.bytes} bytes

${record.fields.map(row).join('\n')}`;
}

function row({ name, offset, type, bytes, writtenBy, meaning }: Field): string {
  const typeText = type === 'text' ? `char[${bytes}]` : type;
  return `- ${offset}, ${typeText}: \`${name}\` (${writtenBy}): ${meaning}`;
}
