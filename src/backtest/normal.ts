// The standard normal distribution.

const STEPS_MAX = 60;

/** The probability of a value up to `x`. West 2005, Better approximations to cumulative normal functions: 14 digits. */
export function normalCdf(x: number): number {
  const size = Math.abs(x);
  if (size > 37) return x > 0 ? 1 : 0;
  const density = Math.exp((-size * size) / 2);
  const tail = size < 7.07106781186547 ? rationalTail(size, density) : continuedTail(size, density);
  return x > 0 ? 1 - tail : tail;
}

/** The value below which a fraction of 0 to 1 lies, by bisection. */
export function normalQuantile(probability: number): number {
  let [low, high] = [-40, 40];
  for (let step = 0; step < STEPS_MAX; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const NUMERATOR = [
  3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871,
  221.213596169931, 220.206867912376,
];
const DENOMINATOR = [
  8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674,
  637.333633378831, 793.826512519948, 440.413735824752,
];

function rationalTail(size: number, density: number): number {
  return (density * polynomial(NUMERATOR, size)) / polynomial(DENOMINATOR, size);
}

function continuedTail(size: number, density: number): number {
  const fraction = size + 1 / (size + 2 / (size + 3 / (size + 4 / (size + 0.65))));
  return density / fraction / 2.506628274631;
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
