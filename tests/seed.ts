// The seed that random tests draw from: the one of `./tickline test --seed S`, else always the same.

const DEFAULT_SEED = 1;

/** A whole number from 0 to 999,999,999. Say it in what you throw, so that the test can be repeated. */
export const testSeed = Number(process.env.TICKLINE_TEST_SEED ?? DEFAULT_SEED);
