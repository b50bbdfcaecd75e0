// Amounts in USD. They are doubles, rounded where they are made, so sums show no noise of the arithmetic.

const MONEY_UNITS_PER_USD = 1e10;

/** An amount rounded to 10 decimals, which is as exact as it is shown. */
export function roundedMoney(amount: number): number {
  return roundedTo(amount, MONEY_UNITS_PER_USD);
}

/** Rounded to whole units. An amount that is too large for doubles to have these decimals stays as it is. */
export function roundedTo(amount: number, unitsPerUsd: number): number {
  const units = Math.round(amount * unitsPerUsd);
  return Number.isSafeInteger(units) ? units / unitsPerUsd + 0 : amount;
}
