// Client order ids that no two runs of a strategy share.

/**
 * Ids `<incarnation>-<n>` with n from 1. The incarnation is made of the start time and the pid of the
 * process, so a restarted strategy never reuses the id of an earlier order.
 */
export class ClOrdIds {
  readonly incarnation: string;
  #last = 0;
  #prepared: string | undefined;

  constructor(incarnation: string = newIncarnation()) {
    this.incarnation = incarnation;
  }

  next(): string {
    const id = this.#prepared ?? this.#make();
    this.#prepared = undefined;
    return id;
  }

  /** Makes the next id, so that no order waits for it. */
  prepare(): void {
    this.#prepared ??= this.#make();
  }

  #make(): string {
    this.#last++;
    return `${this.incarnation}-${this.#last}`;
  }
}

function newIncarnation(): string {
  return `${Date.now().toString(36)}.${process.pid.toString(36)}`;
}
