// An error of Node's fetch has no stack frames, so nothing says which line of a user's file called it.

let isTraced = false;

/** From now on an error of fetch has the stack of its call. */
export function traceFetch(): void {
  if (isTraced) return;
  isTraced = true;
  const { fetch } = globalThis;
  globalThis.fetch = async function traced(...request: Parameters<typeof fetch>) {
    const call = new Error();
    Error.captureStackTrace(call, traced);
    try {
      return await fetch(...request);
    } catch (error) {
      if (error instanceof Error && !hasFrames(error)) error.stack = `${error}\n${framesOf(call)}`;
      throw error;
    }
  };
}

function hasFrames({ stack = '' }: Error): boolean {
  return /^ +at /m.test(stack);
}

function framesOf({ stack = '' }: Error): string {
  return stack.slice(stack.indexOf('\n') + 1);
}
