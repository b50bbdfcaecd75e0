// What the last frame had of the small parts of a message, because only changes are sent.

export class SentParts {
  readonly #texts = new Map<string, string>();

  /** The parts that differ from those of the last call that had them. */
  changes<P extends object>(parts: P): Partial<P> {
    const changed: Partial<P> = {};
    for (const name of Object.keys(parts) as (keyof P & string)[]) {
      const text = JSON.stringify(parts[name]);
      if (this.#texts.get(name) === text) continue;
      this.#texts.set(name, text);
      changed[name] = parts[name];
    }
    return changed;
  }
}
