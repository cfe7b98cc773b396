/**
 * What steps have made, as far as answers told, and the step that makes an object that all numbers share.
 * Belongs here: what is known of it, for its undo. Does not: each object's activities (`sharedObjects.ts`,
 * `transferTool.ts`).
 */
import type { Inventory } from '../../contract/inventory.js';
import type { Ensured, Marked, Removable, Undone } from '../../contract/objects.js';
import type { Patience, ObservedAt } from '../../contract/attempts.js';
import { identified } from '../../domain/objects/originals.js';
import type { Identified } from '../../contract/marks.js';
import { remainingObject } from '../../domain/objects/removal.js';
import type { RemainingObject } from '../../contract/remaining.js';
import type { ObjectKind } from '../../contract/result.js';
import { listsCaughtUp } from '../engine/awaitLists.js';
import { mayHaveTakenEffect } from '../engine/failure.js';
import type { Onboarding } from './onboarding.js';

/**
 * What a step has made, as far as answers told: its undo removes these ids, and looks for more only where
 * an answer was lost.
 */
export class MadeObjects {
  private readonly objects: Identified[] = [];
  private answered = false;
  private lost: number | undefined;
  private readonly left: string[] = [];

  /** `copies`: ids that an earlier run told as somebody's copies. */
  constructor(private readonly copies: readonly string[] = []) {}

  /**
   * By when the last create that may have taken effect without an answer was over, in milliseconds since the
   * epoch; undefined where each was answered.
   */
  get lostAt(): number | undefined {
    return this.lost;
  }

  /** All that it is known to have made. */
  get known(): readonly Identified[] {
    return this.objects;
  }

  /**
   * Makes the object, and notes its answer or that there was none. `first` is false once a person resumed
   * the step: what was sent before may have taken effect.
   */
  async by<T extends Ensured>(ensure: () => Promise<T>, first = true): Promise<T> {
    try {
      const ensured = await ensure();
      this.objects.push(identified(ensured));
      this.answered = first && ensured.repeated !== true;
      if (ensured.repeated === true) this.lost = Date.now();
      return ensured;
    } catch (error) {
      if (mayHaveTakenEffect(error)) this.lost = Date.now();
      throw error;
    }
  }

  /** Whoever makes it is gone, and with it the answer. */
  loseAnswer(): void {
    this.lost = Date.now();
  }

  /** What an undo may remove: also the leftovers that preflight had proven unused. */
  removable(unused: readonly string[] = []): Removable {
    return { made: this.objects.map(({ id }) => id), unused, marked: !this.answered, copies: this.copies };
  }

  /**
   * What may be left of the step where its undo failed: all that is known, and the leftovers that preflight
   * found. Where no id is known: one without an id where an answer was lost, and else nothing, as nothing
   * was made.
   */
  leftovers(kind: ObjectKind, why: string, unused: readonly string[] = []): readonly RemainingObject[] {
    const ids = [...new Set([...this.objects.map(({ id }) => id), ...unused])];
    if (ids.length > 0) return ids.map((id) => remainingObject(kind, id, why));
    return this.lost === undefined ? [] : [remainingObject(kind, '', why)];
  }

  /** Ids of what the undo has left as somebody's copies. */
  get spared(): readonly string[] {
    return this.left;
  }

  /** Notes what the undo has left as somebody's copies. */
  spare({ copies = [] }: Undone): void {
    this.left.push(...copies);
  }
}

/** The shared objects that a run has made. */
export class SharedMade {
  private readonly steps: { readonly kind: ObjectKind; readonly made: MadeObjects }[] = [];
  private catchingUp: Promise<readonly string[]> | undefined;

  constructor(private readonly patience: Patience) {}

  /** Ids, as soon as an answer tells them. */
  get ids(): ReadonlySet<string> {
    return new Set(this.steps.flatMap(({ made }) => made.known.map(({ id }) => id)));
  }

  /** Ids of what undos have left as somebody's copies. */
  get spared(): readonly string[] {
    return this.steps.flatMap(({ made }) => made.spared);
  }

  /** Those of a kind, whether or not they still stand. */
  of(kind: ObjectKind): readonly Identified[] {
    return this.steps.filter((step) => step.kind === kind).flatMap(({ made }) => made.known);
  }

  /**
   * A step that makes an object of this kind. `copies`: ids that an earlier run told as somebody's copies.
   */
  begin(kind: ObjectKind, copies: readonly string[]): MadeObjects {
    const made = new MadeObjects(copies);
    this.steps.push({ kind, made });
    return made;
  }

  /**
   * Before any of them is removed: where a create was not answered, waits until lists show what it may have
   * made, once for all undos. What then is to be told.
   */
  caughtUp(): Promise<readonly string[]> {
    const lost = this.steps.flatMap(({ made }) => made.lostAt ?? []);
    this.catchingUp ??= listsCaughtUp(lost.length === 0 ? undefined : Math.max(...lost), this.patience);
    return this.catchingUp;
  }
}

/** An object as its step needs it. */
export interface SharedObject {
  readonly name: string;
  readonly kind: ObjectKind;
  readonly provider: 'didww' | 'vapi';
  readonly existing: Marked | undefined;
  readonly ensure: (absentAt: { readonly absentAt?: ObservedAt }) => Promise<Ensured>;
  /** Leftovers of this kind that preflight had proven unused. */
  readonly unused: readonly string[];
  readonly remove: (what: Removable) => Promise<Undone>;
  /** Names of steps whose objects this one uses. */
  readonly uses?: readonly string[];
}

/**
 * An object that the connection's numbers share: kept where it stands, else made by a step of this run. Its
 * id.
 */
export async function ensureSharedObject(
  { board, report, saga, shared }: Onboarding,
  { seen, copies }: Inventory,
  object: SharedObject,
): Promise<string> {
  const { name, kind, provider, existing, unused } = object;
  if (existing !== undefined) {
    board.set(name, 'kept', existing.id);
    report.object({ provider, kind, id: existing.id, name: existing.name, created: false });
    return existing.id;
  }
  const made = shared.begin(kind, copies);
  const ensuredNow = await saga.step({
    name,
    run: (first) => made.by(() => object.ensure(first ? { absentAt: seen } : {}), first),
    note: ({ id }) => id,
    undo: {
      run: async () => {
        const warnings = await shared.caughtUp();
        const undone = await object.remove(made.removable(unused));
        made.spare(undone);
        return { ...undone, warnings: [...warnings, ...undone.warnings] };
      },
      uses: object.uses ?? [],
      leftovers: (why) => made.leftovers(kind, why, unused),
    },
  });
  report.object({ provider, kind, id: ensuredNow.id, name: ensuredNow.name, created: true });
  return ensuredNow.id;
}
