/** Simultaneous calls per trunk, number or group. */
export class Channels {
  readonly #inUse = new Map<string, number>();

  inUse(id: string): number {
    return this.#inUse.get(id) ?? 0;
  }

  /** Takes one channel of each; the returned function gives them back, once. */
  take(ids: readonly string[]): () => void {
    for (const id of ids) this.#inUse.set(id, this.inUse(id) + 1);
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      for (const id of ids) this.#inUse.set(id, this.inUse(id) - 1);
    };
  }
}
