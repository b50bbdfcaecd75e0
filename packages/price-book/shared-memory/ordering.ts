// The order in which memory accesses become visible to other processes.
//
// On x64 the processor keeps stores in program order, and loads in program order, and V8 emits the stores of typed arrays
// as written. So a plain store publishes there: the tests of concurrency read millions of entries and slots
// under a writer at full speed to show it. On arm64 neither holds: versions and cursors go through Atomics, and a reader
// puts a fence between the copy and its second look at the version.

/** Whether plain stores and loads are enough where other processors need Atomics. */
export const PLAIN_ORDER = process.arch === 'x64';

const fenceWord = new Int32Array(new SharedArrayBuffer(4));

/** Keeps the plain loads before it from moving behind the atomic load after it. Free on x64. */
export function loadFence(): void {
  if (!PLAIN_ORDER) Atomics.add(fenceWord, 0, 0);
}
