// The clients of a port. The stack's own are served first, as soon as there is something to send, and so are others while they
// are few. When those are many, they are served in turns of bounded time, so that they delay the stack's own little.

/** A client that can be behind. */
export interface CrowdMember {
  /** Makes at most one write of what it lacks. Returns whether it lacks more and could be sent it. */
  pump(): boolean;
}

/** Served immediately. */
const FEW = 16;
/** Longest time of one turn. */
const TURN_MS = 2;
/** A turn is followed by a pause of this many times its length. */
const PAUSE_FACTOR = 3;
const PAUSE_MS_MIN = 1;

export class ClientCrowd<Member extends CrowdMember> {
  /** Clients of the stack itself. */
  readonly #own = new Set<Member>();
  /** All others. */
  readonly #members = new Set<Member>();
  #next: Iterator<Member> = this.#members.values();
  /** Members to look at until each has had what there is. */
  #left = 0;
  #timer: NodeJS.Timeout | undefined;

  add(member: Member): void {
    this.#members.add(member);
  }

  /** It is one of the stack's own. */
  adopt(member: Member): void {
    this.#members.delete(member);
    this.#own.add(member);
  }

  remove(member: Member): void {
    this.#own.delete(member);
    this.#members.delete(member);
  }

  /** There is something to send to all. */
  pump(): void {
    for (const member of this.#own) pumpAll(member);
    if (this.#members.size > FEW) this.#schedule();
    else for (const member of this.#members) pumpAll(member);
  }

  /** There is something to send to this member, or it can be sent more. */
  pumpOne(member: Member): void {
    if (this.#own.has(member) || this.#members.size <= FEW) pumpAll(member);
    else this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#left = this.#members.size;
    this.#timer ??= setTimeout(() => this.#takeTurn(), PAUSE_MS_MIN);
  }

  #takeTurn(): void {
    const startedAt = performance.now();
    let elapsedMs = 0;
    while (this.#left > 0 && elapsedMs < TURN_MS) {
      this.#left--;
      if (this.#member()?.pump()) this.#left = this.#members.size;
      elapsedMs = performance.now() - startedAt;
    }
    const pauseMs = Math.max(PAUSE_MS_MIN, PAUSE_FACTOR * elapsedMs);
    this.#timer = this.#left > 0 ? setTimeout(() => this.#takeTurn(), pauseMs) : undefined;
  }

  /** The member whose turn it is; undefined if there is none. */
  #member(): Member | undefined {
    const { done, value } = this.#next.next();
    if (!done) return value;
    this.#next = this.#members.values();
    return this.#next.next().value;
  }
}

/** Makes as many writes as the member can take. */
function pumpAll(member: CrowdMember): void {
  while (member.pump());
}
