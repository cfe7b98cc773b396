/** Timers that stop together and leave nothing behind. */
export class Timers {
  readonly #pending = new Set<NodeJS.Timeout>();
  #stopped = false;
  #paused = false;
  #due: (() => void)[] = [];

  /** Runs later, unless stopped before. */
  after(milliseconds: number, run: () => void): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#pending.delete(timer);
      if (this.#paused) this.#due.push(run);
      else run();
    }, milliseconds);
    this.#pending.add(timer);
  }

  /** Time stands still: what is due waits for `resume`. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const run of this.#due.splice(0)) run();
  }

  /** Nothing that waits will run, nothing new is taken on. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#pending) clearTimeout(timer);
    this.#pending.clear();
    this.#due = [];
  }
}
