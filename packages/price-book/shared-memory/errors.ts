// The errors of files in shared memory, one class each. Each carries what it found as fields.

/** Base class. The message is one line: what was found, and what was expected. */
export abstract class SharedMemoryError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A name that no file in shared memory can have. */
export class BadFileNameError extends SharedMemoryError {
  readonly found: string;

  constructor(found: string) {
    super(
      `${JSON.stringify(found)} names no shared file: expected 1 to 200 of A-Z a-z 0-9 _ . -, the first no dot`,
    );
    this.found = found;
  }
}

/** No file has this name. */
export class SharedFileNotFoundError extends SharedMemoryError {
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`there is no shared file at ${path}: start its writer first`, { cause });
    this.path = path;
  }
}

/** The file exists and this user may not use it, or this user may not write to /dev/shm. */
export class SharedFileAccessError extends SharedMemoryError {
  readonly path: string;
  readonly found: string;

  constructor(path: string, found: string, options?: ErrorOptions) {
    super(
      `cannot use ${path}: ${found}; expected a file of yours, in a /dev/shm that you may write to`,
      options,
    );
    this.path = path;
    this.found = found;
  }
}

/** A system call for the file failed: mostly because /dev/shm is full. */
export class SharedFileSystemError extends SharedMemoryError {
  readonly path: string;

  constructor(path: string, cause: Error) {
    super(`the system refused the shared file ${path}: ${cause.message}`, { cause });
    this.path = path;
  }
}

/** The file was not made by this package, or contradicts itself. */
export class NotASharedFileError extends SharedMemoryError {
  readonly path: string;
  readonly found: string;

  constructor(path: string, found: string) {
    super(`${path} is no file of this package: ${found}`);
    this.path = path;
    this.found = found;
  }
}

/** The file has other parts than the process that opens it. */
export class LayoutMismatchError extends SharedMemoryError {
  readonly path: string;
  /** Where they differ first, such as `stations.fields.celsius.type`. */
  readonly place: string;
  readonly expected: string;
  readonly found: string;

  constructor(path: string, difference: { place: string; expected: string; found: string }) {
    const { place, expected, found } = difference;
    super(
      `${path} has another layout: ${place} is ${found}, expected ${expected}; give all processes the same parts`,
    );
    this.path = path;
    this.place = place;
    this.expected = expected;
    this.found = found;
  }
}

/** Parts that no file can have. */
export class BadLayoutError extends SharedMemoryError {
  constructor(part: string, fault: string) {
    super(`no file can have the part ${part}: ${fault}`);
  }
}

/** A second writer for one file. */
export class SharedFileInUseError extends SharedMemoryError {
  readonly path: string;
  /** 0 while that writer is starting. */
  readonly writerPid: number;

  constructor(path: string, writerPid: number) {
    const writer = writerPid > 0 ? `process ${writerPid}` : 'a process that is just starting';
    super(`${path} is written by ${writer}: a file has one writer`);
    this.path = path;
    this.writerPid = writerPid;
  }
}

/** A lock, or a counter, of a file that this process has closed. */
export class SharedFileClosedError extends SharedMemoryError {
  readonly path: string;

  constructor(path: string) {
    super(`${path} is closed in this process: open it again to take a lock or to count`);
    this.path = path;
  }
}

/** A write to memory that is mapped read-only: the store itself would kill the process. */
export class ReadOnlyMemoryError extends SharedMemoryError {
  readonly path: string;

  constructor(path: string) {
    super(`${path} is mapped read-only: open it with { writable: true }`);
    this.path = path;
  }
}

/** A value that its field cannot hold. Nothing was written. */
export class BadValueError extends SharedMemoryError {
  readonly field: string;
  readonly found: unknown;
  readonly expected: string;

  constructor(field: string, found: unknown, expected: string) {
    super(`${JSON.stringify(found) ?? String(found)} is no value of ${field}: expected ${expected}`);
    this.field = field;
    this.found = found;
    this.expected = expected;
  }
}

/** An index beyond the table. */
export class BadIndexError extends SharedMemoryError {
  readonly found: number;
  readonly length: number;

  constructor(found: number, length: number) {
    super(`there is no entry ${found}: expected 0 to ${length - 1}`);
    this.found = found;
    this.length = length;
  }
}

/** An entry that stays half written, because its writer was stopped or killed in the middle of a write. */
export class HalfWrittenError extends SharedMemoryError {
  readonly path: string;
  readonly index: number;

  constructor(path: string, index: number) {
    super(
      `entry ${index} of ${path} is half written, and its writer does not finish it: start the writer again`,
    );
    this.path = path;
    this.index = index;
  }
}

/** More processes count than the part has lines for. */
export class NoCounterLineError extends SharedMemoryError {
  readonly capacity: number;

  constructor(path: string, capacity: number) {
    super(`live processes hold all ${capacity} lines of the counters in ${path}: stop one`);
    this.capacity = capacity;
  }
}
