// docs/shared-memory.md: prose from here, every number from the one description of the layout.

import {
  BOOK_BYTES_FORMULA,
  BookState,
  bookShape,
  COUNTER_CAPACITY,
  COUNTER_LINE,
  EntryStatus,
  HEADER,
  LAYOUT_VERSION,
  MAGIC,
  READER_CAPACITY,
  READER_SLOT,
  RING_CAPACITY_MAX,
  RING_SLOT,
  SYMBOL_CAPACITY_MAX,
  TABLE_ENTRY,
} from '../../packages/price-book/layout.ts';
import { type Field, PAGE_BYTES, type Struct } from '../../packages/price-book/struct.ts';

const DEFAULT = bookShape(1024, 65_536);
const EXAMPLES: readonly (readonly [symbols: number, ringExponent: number])[] = [
  [4, 10],
  [1024, 16],
  [10_000, 20],
];

/** The whole page. */
export function sharedMemoryPage(): string {
  return `<!-- Made by npm run docs from packages/price-book/layout.ts and tools/docs/shared-memory-page.ts. -->

# The price book in shared memory

The order book writes one file, \`/dev/shm/tickline-<name>\`. Any process of the same user can map it, in any
language, and read prices and ticks without a system call. All numbers are little-endian. All text is ASCII,
filled up with zero bytes. All times are nanoseconds of CLOCK_MONOTONIC. This is layout version ${LAYOUT_VERSION}.

${drawing()}

The offsets of the regions are in the header: read them from there. In a book of ${DEFAULT.symbolCapacity} symbols and
${DEFAULT.ringCapacity} ticks they are ${DEFAULT.readerOffset}, ${DEFAULT.counterOffset}, ${DEFAULT.tableOffset} and ${DEFAULT.ringOffset}. Every region starts on a page of ${PAGE_BYTES} bytes.

## Map it

1. Open \`/dev/shm/tickline-<name>\` for reading, without following a link.
2. Read the first ${HEADER.bytes} bytes. They start with \`${MAGIC}\`; the layout version must be ${LAYOUT_VERSION}; the file must have
   \`totalBytes\` bytes. A file that is too short kills who reads beyond its end with SIGBUS.
3. Map \`totalBytes\` bytes, shared, for reading alone. Nobody can harm the book that way.

The file appears under its name complete, and is never made shorter. When the writer ends in order it sets \`state\`
to ${BookState.CLOSED} and removes the file; what is mapped stays readable. A book whose name belongs to another inode, or to none, is
written by nobody any more: map the new one.

\`examples/python/\` has two small readers: one with NumPy, one with the standard library alone.

## Read a price

Each entry of the symbol table is one cache line, guarded by its \`version\` (a seqlock). The writer never waits.

\`\`\`
writer                          reader
version = version + 1  (odd)    v1 = version          odd: start again
write the other fields          copy the fields
version = version + 1  (even)   v2 = version          not v1: start again
\`\`\`

What is copied between two equal, even versions is of one moment. An entry whose \`status\` is ${EntryStatus.EMPTY} has no price yet. One
whose status is ${EntryStatus.STALE} had no tick for too long: do not trade on it. An entry that stays odd for a second belongs to a
writer that was killed in the middle of it; the next writer repairs it and marks it stale until its next tick.

Symbols are only added. Entry i holds the same symbol as long as the file lives; entries below \`symbolCount\` are in
use.

## Read every tick

The tick ring holds the last \`ringCapacity\` ticks, a power of two. Tick number c, counted from 0 over the life of the
file, is in slot c modulo \`ringCapacity\`. Two cursors in the header say what may be read:

\`\`\`
        overwritten | safe to read            | being written |
   -----------------+-------------------------+---------------+------
     intent - capacity                    published         intent
\`\`\`

1. The writer sets \`intent\` to where it will be, writes the slots, then sets \`published\` to the same.
2. A reader keeps a cursor of its own. It loads \`published\`, copies the slots from its cursor on, then loads \`intent\`.
3. If \`intent - ringCapacity\` is greater than its cursor, the writer came round meanwhile: the copy is thrown away and
   the reader has been lapped. It goes on from there, knows exactly how many ticks it missed, and finds the latest
   price of each symbol in the table.

A writer that was killed leaves \`intent\` ahead of \`published\`. What lies between is not read; the next writer writes it
again.

To sleep until there is more: load \`futex\`, look for ticks, set \`armed\` to 1, and call \`futex(FUTEX_WAIT)\` with the value
that was loaded. This needs a mapping that can be written. A reader that maps for reading alone polls.

## Reader slots and lossless books

A reader that wants to be seen takes one of the ${READER_CAPACITY} reader slots: it exchanges the \`pid\` of a free slot, or of a dead
process, for its own, atomically. It then says how far it has come, so that every tool sees its lag. A reader that is
started again under the same name takes the slot that it left when it died, and its cursor.

When \`lossless\` is 1 the writer does not overwrite what the slowest live reader has not read: it waits. Readers without a
slot are never waited for.

## The writer's lock

The writer holds an exclusive \`flock\` on the file. The kernel drops it when the process dies, however it dies; a second
writer is refused. Who gets the lock on a file that is there takes the book over: entries that were left odd are repaired,
\`epoch\` goes up by one, and the cursors go on. Readers keep their mapping and notice nothing but a pause.

A new book is made under another name, with real blocks (\`posix_fallocate\`: a full /dev/shm is an error, not a SIGBUS
later), locked, and linked to its name last. A link is refused where the name is taken, so of two processes that start at
once one gets the book.

## Who may use it

The file has mode 0600: its owner alone. Tickline refuses a file of another user, a link, a file that is cut short, and a
header that contradicts itself. A book has at most ${SYMBOL_CAPACITY_MAX.toLocaleString('en')} symbols and ${RING_CAPACITY_MAX.toLocaleString('en')} ticks.

## Order of memory accesses

On x64 stores become visible in the order in which they are made, and loads are done in order: plain loads and stores of
aligned fields are enough, as long as the compiler keeps their order (in C, \`atomic_load_explicit\` with
\`memory_order_acquire\` for versions and cursors). On arm64 neither holds: load versions and cursors with acquire, and put a
fence between the copy and the second look at the version or the intent, because a plain load may sink below an acquire
load.

## How much memory

For N symbols and a ring of 2^k ticks, in bytes:

\`\`\`
${BOOK_BYTES_FORMULA}
\`\`\`

| symbols | ring | bytes |
| ---: | ---: | ---: |
${EXAMPLES.map(exampleRow).join('\n')}

The first ${DEFAULT.tableOffset} bytes are the header, ${READER_CAPACITY} reader slots and ${COUNTER_CAPACITY} counters.

## Every field

${[HEADER, TABLE_ENTRY, RING_SLOT, READER_SLOT, COUNTER_LINE].map(section).join('\n\n')}
`;
}

function drawing(): string {
  const regions: [string, string, string][] = [
    ['header', `${HEADER.bytes} bytes`, 'what the file is, who writes it, the cursors'],
    [
      'reader slots',
      `${READER_SLOT.bytes} bytes * ${READER_CAPACITY}`,
      'who reads, and how far each has come',
    ],
    ['counters', `${COUNTER_LINE.bytes} bytes * ${COUNTER_CAPACITY}`, 'what each process counts'],
    ['symbol table', `${TABLE_ENTRY.bytes} bytes * symbolCapacity`, 'the latest price of each symbol'],
    ['tick ring', `${RING_SLOT.bytes} bytes * ringCapacity`, 'the last ticks'],
  ];
  const at = ['0', 'readerOffset', 'counterOffset', 'tableOffset', 'ringOffset'];
  const rule = `${' '.repeat(16)}+${'-'.repeat(14)}+${'-'.repeat(29)}+`;
  const rows = regions.map(([title, size, what], i) => {
    return `${(at[i] ?? '').padStart(14)}  | ${title.padEnd(12)} | ${size.padEnd(27)} |  ${what}\n${rule}`;
  });
  return ['```', rule, ...rows, `${'totalBytes'.padStart(14)}`, '```'].join('\n');
}

function exampleRow([symbols, exponent]: readonly [number, number]): string {
  const { totalBytes } = bookShape(symbols, 2 ** exponent);
  return `| ${symbols.toLocaleString('en')} | 2^${exponent} | ${totalBytes.toLocaleString('en')} |`;
}

function section(record: Struct<string>): string {
  const title = record.title[0]?.toUpperCase() + record.title.slice(1);
  return `### ${title}, ${record.bytes} bytes

| field | offset | type | bytes | written by | meaning |
| --- | ---: | --- | ---: | --- | --- |
${record.fields.map(row).join('\n')}`;
}

function row({ name, offset, type, bytes, writtenBy, meaning }: Field): string {
  return `| \`${name}\` | ${offset} | ${type} | ${bytes} | ${writtenBy} | ${meaning} |`;
}
