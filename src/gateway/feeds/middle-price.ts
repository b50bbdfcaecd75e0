// The middle of a bid and an ask, exactly.

const NUMBER = /^\+?(\d+)(?:\.(\d*))?$/;

/** Half of the sum, as decimal text. Where one of the two is no plain number, its text. */
export function middlePrice(bid: string, ask: string): string {
  const [low, high] = [NUMBER.exec(bid), NUMBER.exec(ask)];
  if (low === null) return bid;
  if (high === null) return ask;
  const decimals = Math.max(low[2]?.length ?? 0, high[2]?.length ?? 0);
  const units = ([, whole, fraction = '']: readonly string[]) =>
    BigInt(whole + fraction.padEnd(decimals, '0'));
  if (units(low) === 0n || units(high) === 0n) return '0';
  const digits = ((units(low) + units(high)) * 5n).toString().padStart(decimals + 2, '0');
  const point = digits.length - decimals - 1;
  return `${digits.slice(0, point)}.${digits.slice(point)}`.replace(/\.?0+$/, '');
}
