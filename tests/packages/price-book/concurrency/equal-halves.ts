/** A multiple of it, below 2^53, has two equal halves of 32 bits: one read of two moments has not. */
export const EQUAL_HALVES = 2 ** 32 + 1;
