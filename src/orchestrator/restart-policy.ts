// When a process that died is restarted, and when it is not. Crashes and kills count apart: a SIGKILL comes from outside,
// from a person or from the kernel when memory is short, and a few in a row are no reason to wait.

/** How a process exited. */
export interface Exit {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

export type AfterDeath =
  /** `note` says what to look at, when it keeps happening. */
  { readonly pauseMs: number; readonly note?: string } | { readonly giveUp: string };

const PAUSE_MS_MIN = 50;
const PAUSE_MS_MAX = 2_000;
/** Crashes in a row, each within LONG_LIFE_MS of its start, that end the run. */
const CRASHES_MAX = 6;
const LONG_LIFE_MS = 5_000;
/** Kills in a row, each within KILLED_EARLY_MS of its start: before the pauses grow, and until the run ends. */
const KILLS_WITHOUT_PAUSE = 6;
const KILLS_MAX = 30;
const KILLED_EARLY_MS = 2_000;

export class RestartPolicy {
  #crashes = 0;
  #kills = 0;

  /** @param livedMs from its start to its death */
  afterDeath({ signal }: Exit, livedMs: number): AfterDeath {
    return signal === 'SIGKILL' ? this.#afterKill(livedMs) : this.#afterCrash(livedMs);
  }

  #afterCrash(livedMs: number): AfterDeath {
    this.#crashes = livedMs > LONG_LIFE_MS ? 1 : this.#crashes + 1;
    if (this.#crashes >= CRASHES_MAX) return { giveUp: `it died ${CRASHES_MAX} times in a row` };
    return { pauseMs: pauseMs(this.#crashes) };
  }

  #afterKill(livedMs: number): AfterDeath {
    this.#kills = livedMs > KILLED_EARLY_MS ? 1 : this.#kills + 1;
    const note = `killed ${this.#kills} times in a row soon after its start: is memory short? See dmesg`;
    if (this.#kills >= KILLS_MAX) return { giveUp: note };
    if (this.#kills <= KILLS_WITHOUT_PAUSE) return { pauseMs: PAUSE_MS_MIN };
    return { pauseMs: pauseMs(this.#kills - KILLS_WITHOUT_PAUSE + 1), note };
  }
}

function pauseMs(times: number): number {
  return Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** (times - 1));
}
