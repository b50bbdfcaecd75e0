// docs/journal.md: prose from here, every number from src/order-store/journal/layout.ts.

import {
  ALIGNMENT,
  COMMIT_BYTES,
  HEADER,
  HEADER_BYTES,
  RECORD,
  TEXTS_AT,
} from '../../src/order-store/journal/layout.ts';

type Fields = Readonly<
  Record<string, { readonly type: string; readonly offset: number; readonly meaning: string }>
>;

/** The whole page. */
export function journalPage(): string {
  return `<!-- Made by npm run docs from src/order-store/journal/layout.ts and tools/docs/journal-page.ts. -->

# The journal of orders

How to read what the OrderManager recorded, in any language. An order is in the journal before its report leaves. A thread
copies it to SQLite (\`orders.sqlite\`) within 100 ms, and after a kill the next start does. \`./tickline orders\` reads both;
\`./tickline orders --verify\` compares them.

\`\`\`
orders.sqlite.journal/
  000001.journal    | header | record | record | ... | zeros
  000002.journal
\`\`\`

A file is allocated with 256 KiB, each next one with twice as much, up to 16 MiB. When no group fits any more, or at a stop, it is sealed: cut to
its length. \`--journal-keep\` says how long sealed files stay. Numbers are little-endian, texts UTF-8.

## Header

${HEADER_BYTES} bytes:

${list(HEADER)}

## Record

${list(RECORD)}
- ${TEXTS_AT}: the five texts, one after another; then zeros, so that the length is a multiple of ${ALIGNMENT}
- last ${COMMIT_BYTES} bytes, u32: the commit word

The commit word is the CRC-32C of the record up to it, with the commit word of the previous record, or \`chain\`, as the initial value.
It is stored last. A record is whole if its length and commit word are right and its \`orderId\` follows the one before.

## After a kill or a power cut

The journal ends before the first record that is not whole: a group that was not synced was not reported either.
Elsewhere it is damage, and the OrderManager does not start unless SQLite has the order.

With \`--fsync on\`, a group is one \`write\` and one \`fdatasync\`; with \`off\` it is stored through a mapping. After
\`fdatasync\`, the next store to each mapped page would fault. \`on\` costs a report [0.6 to 0.8 ms](benchmarks/latency.md).
`;
}

function list(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, { type, offset, meaning }]) => `- ${offset}, ${type}: \`${name}\`: ${meaning}`)
    .join('\n');
}
