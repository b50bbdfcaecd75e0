// CRC-32C (Castagnoli). In a record of up to 655 bytes it finds any five flipped bits; the CRC-32 of zlib finds them up to
// 33 bytes only.

const POLYNOMIAL = 0x82f63b78; // reversed, as the lowest bit comes first
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});
/** What a byte contributes with one to seven zero bytes behind it: so eight bytes are done in one step. */
const TABLE_1 = TABLE.map(withZeroByte);
const TABLE_2 = TABLE_1.map(withZeroByte);
const TABLE_3 = TABLE_2.map(withZeroByte);
const TABLE_4 = TABLE_3.map(withZeroByte);
const TABLE_5 = TABLE_4.map(withZeroByte);
const TABLE_6 = TABLE_5.map(withZeroByte);
const TABLE_7 = TABLE_6.map(withZeroByte);

function withZeroByte(crc: number): number {
  return TABLE[crc & 0xff] ^ (crc >>> 8);
}

/**
 * The CRC-32C of bytes `from` to `to`, without the latter. `crc32c(b, 0, 9)` of "123456789" is 0xe3069283.
 * @param seed the CRC of what precedes them; 0 for nothing
 */
export function crc32c(bytes: DataView, from: number, to: number, seed = 0): number {
  let crc = ~seed;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    crc ^= bytes.getInt32(at, true);
    const next = bytes.getInt32(at + 4, true);
    crc =
      TABLE_7[crc & 0xff] ^
      TABLE_6[(crc >>> 8) & 0xff] ^
      TABLE_5[(crc >>> 16) & 0xff] ^
      TABLE_4[crc >>> 24] ^
      TABLE_3[next & 0xff] ^
      TABLE_2[(next >>> 8) & 0xff] ^
      TABLE_1[(next >>> 16) & 0xff] ^
      TABLE[next >>> 24];
  }
  for (; at < to; at++) crc = TABLE[(crc ^ bytes.getUint8(at)) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}
