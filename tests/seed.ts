// The seed of random tests: that of `./tickline test --seed S`, or always the same.

const DEFAULT_SEED = 1;

/** An integer from 0 to 999,999,999. Print it in every failure, so that the test can be repeated. */
export const testSeed = Number(process.env.TICKLINE_TEST_SEED ?? DEFAULT_SEED);
