// Numbers as text without an exponent.

/** `0.0000001`, not `1e-7`: the shortest decimal that is read back as the same number. NaN and infinities keep their names. */
export function decimalText(value: number): string {
  const [size = '', exponent] = String(Math.abs(value)).split('e');
  if (exponent === undefined) return String(value);
  const sign = value < 0 ? '-' : '';
  const [whole = '', fraction = ''] = size.split('.');
  const shift = Number(exponent);
  if (shift < 0) return `${sign}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction.padEnd(shift, '0')}`;
}
