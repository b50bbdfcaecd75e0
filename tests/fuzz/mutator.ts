// Mutates inputs: changes, inserts, removes and repeats bytes, and joins pieces of two inputs.

const CHANGES_MAX = 6;
const INPUT_BYTES_MAX = 8_192;
const OFTEN = 50;
/** Longer than any frame or row may be. */
const LONG_BYTES = 70_000;

/** Words that decoders look for, and numbers at the limits of their types. */
const WORDS = [
  ...['*', '#', ',', '.', ';', '\n', '\r\n', '"', '""', '{', '}', '[', ']', ':', ' ', '\0', '\x7f', '\xff'],
  ...['-', '+', '0', '00', '1', '-1', '0.5', '.5', '5.', '1e308', '1e309', '1e-400', '-0', 'NaN', 'Infinity'],
  ...['100', '101', '255', '65536', '2147483647', '2147483648', '4294967296', '9007199254740991'],
  ...['9007199254740993', '99999999999999999999', '0.00000001', '0.000000001', '123456789012345678'],
  ...[
    '#BATCH,',
    '#SNAPSHOT,',
    '#SESSION,',
    '#HEARTBEAT,',
    '#AT,',
    '#TIME,',
    '#END*',
    'RESUME,0,0*',
    'AAPL,1*',
  ],
  ...['null', 'true', '"type":', '"__proto__":', '"symbol":"A"', '"side":"BUY"', '\\u0000', '\\ud800'],
  ...['TICKLINE', '\xef\xbb\xbf', '\xc3\x28', '2001-02-30', 'T24:00', '+99:99'],
].map((word) => Buffer.from(word, 'latin1'));

export class Mutator {
  readonly #inputs: readonly Buffer[];
  #state: number;

  constructor(inputs: readonly Buffer[], seed: number) {
    this.#inputs = inputs;
    this.#state = seed >>> 0;
  }

  next(): Buffer {
    let input = this.#any();
    for (let changes = 1 + this.#below(CHANGES_MAX); changes > 0; changes--) input = this.#changed(input);
    const isLong = this.#below(OFTEN) === 0;
    return isLong ? this.#lengthened(input) : input.subarray(0, INPUT_BYTES_MAX);
  }

  #changed(input: Buffer): Buffer {
    const at = this.#below(input.length + 1);
    const end = Math.min(input.length, at + 1 + this.#below(16));
    switch (this.#below(7)) {
      case 0:
        return replaced(input, at, end, Buffer.alloc(0));
      case 1:
        return replaced(input, at, at, this.#word());
      case 2:
        return replaced(input, at, end, this.#word());
      case 3:
        return replaced(input, at, at, input.subarray(at, end));
      case 4:
        return replaced(input, at, Math.min(input.length, at + 1), Buffer.of(this.#below(256)));
      case 5:
        return Buffer.concat([input.subarray(0, at), this.#tail()]);
      default:
        return input.subarray(0, at);
    }
  }

  /** Repeats one byte many times. */
  #lengthened(input: Buffer): Buffer {
    const at = this.#below(input.length + 1);
    const byte = input[at] ?? this.#below(256);
    return replaced(input, at, at, Buffer.alloc(LONG_BYTES, byte));
  }

  #tail(): Buffer {
    const other = this.#any();
    return other.subarray(this.#below(other.length + 1));
  }

  #any(): Buffer {
    return this.#inputs[this.#below(this.#inputs.length)];
  }

  #word(): Buffer {
    return WORDS[this.#below(WORDS.length)];
  }

  #below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }
}

function replaced(input: Buffer, start: number, end: number, by: Buffer): Buffer {
  return Buffer.concat([input.subarray(0, start), by, input.subarray(end)]);
}
