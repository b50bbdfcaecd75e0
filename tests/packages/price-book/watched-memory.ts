// The memory of a book, with every store watched: a test kills the process that makes it.

import type { BookMemory } from '../../../packages/price-book/book-memory.ts';

/**
 * The same memory; `beforeStore` is called before each store that changes it, which is not made if that throws. Atomic
 * exchanges are not watched: a kill after one is a kill before the store that follows.
 */
export function watchedMemory(memory: BookMemory, beforeStore: () => void): BookMemory {
  const own = {
    f64: watchedDoubles(memory.f64, beforeStore),
    storeU32: (offset: number, value: number) => {
      if (memory.loadU32(offset) !== value) beforeStore();
      memory.storeU32(offset, value);
    },
    storeU64: (offset: number, value: number) => {
      if (memory.loadU64(offset) !== value) beforeStore();
      memory.storeU64(offset, value);
    },
    writeText: (offset: number, length: number, text: string) => {
      for (let i = 0; i < length; i++) {
        const byte = i < text.length ? text.charCodeAt(i) : 0;
        if (memory.bytes[offset + i] !== byte) beforeStore();
        memory.bytes[offset + i] = byte;
      }
    },
  };
  return new Proxy(memory, {
    get: (_, name) => (Object.hasOwn(own, name) ? Reflect.get(own, name) : memberOf(memory, name)),
  });
}

function watchedDoubles(values: Float64Array, beforeStore: () => void): Float64Array {
  const subarray = (begin?: number, end?: number) => watchedDoubles(values.subarray(begin, end), beforeStore);
  return new Proxy(values, {
    get: (_, name) => (name === 'subarray' ? subarray : memberOf(values, name)),
    set: (_, name, value) => {
      if (Reflect.get(values, name) !== value) beforeStore();
      return Reflect.set(values, name, value);
    },
  });
}

function memberOf(target: object, name: string | symbol): unknown {
  const value = Reflect.get(target, name, target);
  return typeof value === 'function' ? value.bind(target) : value;
}
