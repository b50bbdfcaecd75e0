// CRC-32C (Castagnoli). In a record of up to 655 bytes it finds any five flipped bits; the CRC-32 of zlib finds them up to
// 33 bytes only.

const POLYNOMIAL = 0x82f63b78; // reversed, as the lowest bit comes first
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/**
 * The CRC-32C of bytes `from` to `to`, without the latter. `crc32c(b, 0, 9)` of "123456789" is 0xe3069283.
 * @param seed the CRC of what precedes them; 0 for nothing
 */
export function crc32c(bytes: Uint8Array, from: number, to: number, seed = 0): number {
  let crc = ~seed;
  for (let at = from; at < to; at++) crc = TABLE[(crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}
