// Finds a key that an object in JSON has twice. JSON.parse() would take the last one and say nothing.

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c];
const [OBJECT, OBJECT_END, ARRAY, ARRAY_END] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * The first key that one object, at any depth, has a second time; undefined if there is none.
 * @param json text that JSON.parse() accepts
 */
export function repeatedKey(json: string): string | undefined {
  /** The keys of each object around the present place; undefined stands for an array. */
  const around: (Set<string> | undefined)[] = [];
  let keys: Set<string> | undefined;
  let text = '';
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(json, at);
        text = json.slice(at, end);
        at = end - 1;
        break;
      }
      case COLON: {
        const key: string = text.includes('\\') ? JSON.parse(text) : text.slice(1, -1);
        if (keys?.has(key)) return key;
        keys?.add(key);
        break;
      }
      case OBJECT:
      case ARRAY:
        around.push(keys);
        keys = json.charCodeAt(at) === OBJECT ? new Set() : undefined;
        break;
      case OBJECT_END:
      case ARRAY_END:
        keys = around.pop();
        break;
      case COMMA:
        text = '';
    }
  }
  return undefined;
}

/** The index after the closing quote of the string that starts at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
}
