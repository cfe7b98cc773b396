/** What a table needs of its rows. */
export interface Row {
  readonly id: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** What a table is told of its surroundings, each asked for anew whenever it counts. */
export interface TableOptions {
  /** The present moment in milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds by which lists are late. */
  readonly lagMs: () => number;
}

/** A row as it was until a moment. */
interface Former<T> {
  readonly row: T;
  readonly at: number;
}

/**
 * The objects of one kind by id. The map itself is always up to date, which is what reads by id see; lists
 * may lag behind it.
 */
export class Table<T extends Row> extends Map<string, T> {
  readonly #deleted = new Map<string, Former<T>>();
  /** Versions that rows had before, oldest first, by id. */
  readonly #changed = new Map<string, readonly Former<T>[]>();
  readonly #options: TableOptions;

  constructor(options: TableOptions) {
    super();
    this.#options = options;
  }

  override delete(id: string): boolean {
    const row = this.get(id);
    if (row !== undefined) this.#deleted.set(id, { row, at: this.#options.now() });
    return super.delete(id);
  }

  /** Changes a row in its place so that lists show that late, too. */
  change(row: T, changes: Partial<T>): void {
    const former = { row: { ...row }, at: this.#options.now() };
    this.#changed.set(row.id, [...(this.#changed.get(row.id) ?? []), former]);
    Object.assign(row, changes);
  }

  /**
   * What lists show: the objects that stood `lagMs` ago, so that new ones come late and deleted ones go
   * late. What was not changed by `change` shows at once.
   */
  listed(): readonly T[] {
    const lagMs = this.#options.lagMs();
    if (lagMs === 0) return [...this.values()];
    const shownAt = this.#options.now() - lagMs;
    const gone = [...this.#deleted.values()].filter(({ at }) => at > shownAt).map(({ row }) => row);
    return [...this.values(), ...gone]
      .filter(({ createdAt }) => Date.parse(createdAt) <= shownAt)
      .map((row) => this.#changed.get(row.id)?.find(({ at }) => at > shownAt)?.row ?? row);
  }
}

/** Milliseconds by which a provider's lists are late, by kind of object. */
export type ListLag<Kind extends string> = Record<Kind, number>;

/** Lists of these kinds that are up to date. */
export function noListLag<Kind extends string>(kinds: readonly Kind[]): ListLag<Kind> {
  return Object.fromEntries(kinds.map((kind) => [kind, 0])) as ListLag<Kind>;
}
