// How soon the scheduler of Linux runs a thread that was woken.

import os from 'node:os';
import koffi from 'koffi';

const syscall = koffi
  .load(null)
  .func('long syscall(long number, int32_t thread, void *attributes, uint32_t flags)');

const SYS_SCHED_SETATTR = process.arch === 'arm64' ? 274 : 314;
const THIS_THREAD = 0;
/** A thread that its user has put into another class stays there. */
const KEEP_POLICY = 0x08n;
/** `struct sched_attr` of sched_setattr(2): where its fields are. */
const ATTRIBUTES = { size: 0, flags: 8, nice: 16, runtimeNs: 24, bytes: 56 };
/** The shortest that the kernel grants: 0.1 ms. */
const SHORT_SLICE_NS = 100_000n;

/**
 * Asks for short time slices for this thread, and for threads that it starts later. When it is woken it may then interrupt
 * one with longer ones; in the long run it gets no more time than before. For threads that others wait for.
 * @returns whether the kernel took it; before Linux 6.12 that changes nothing
 */
export function useShortSlices(): boolean {
  const nice = niceValue();
  if (nice === undefined) return false;
  const attributes = new DataView(new ArrayBuffer(ATTRIBUTES.bytes));
  attributes.setUint32(ATTRIBUTES.size, ATTRIBUTES.bytes, true);
  attributes.setBigUint64(ATTRIBUTES.flags, KEEP_POLICY, true);
  attributes.setInt32(ATTRIBUTES.nice, nice, true); // as it is
  attributes.setBigUint64(ATTRIBUTES.runtimeNs, SHORT_SLICE_NS, true);
  return syscall(SYS_SCHED_SETATTR, THIS_THREAD, new Uint8Array(attributes.buffer), 0) === 0;
}

/** Undefined where a sandbox refuses to say. */
function niceValue(): number | undefined {
  try {
    return os.getPriority();
  } catch {
    return undefined;
  }
}
