// Client order ids that no two runs of a strategy share.

/**
 * Ids `<incarnation>-<n>` with n from 1. The incarnation, the time and the pid at the start of the process, is
 * another one each time, so that a strategy that was killed never takes an old id for a new order.
 */
export class ClOrdIds {
  readonly incarnation: string;
  #last = 0;

  constructor(incarnation: string = newIncarnation()) {
    this.incarnation = incarnation;
  }

  next(): string {
    this.#last++;
    return `${this.incarnation}-${this.#last}`;
  }
}

function newIncarnation(): string {
  return `${Date.now().toString(36)}.${process.pid.toString(36)}`;
}
