/**
 * Accounts and a worker on which a sequence is played, command by command. Belongs here: what each command
 * does and what is noted of it. Does not: whether what came of it is right (`oracle.ts`).
 */
import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { ConflictError, InvalidRequestError, NothingToActOnError, type StartedRun } from '../../src/client.js';
import type { RequestInput } from '../../src/contract/request.js';
import type { Result } from '../../src/contract/result.js';
import { isResult } from '../../src/runHistory/results.js';
import { uniqueSlug } from '../support/unique.js';
import { Accounts, makerWith } from './accounts.js';
import type { ByHand, Command, KeySet, Order, Sequence } from './commands.js';
import { doByHand } from './hands.js';
import type { Lane } from './lane.js';
import { Ledger, type Maker } from './ledger.js';
import { type Edit, editBetween, type Things, withEdits } from './things.js';
import { befall } from './troubles.js';

/**
 * A run that takes longer than this hangs. Where keys change in its midst the worker is restarted twice, and
 * each time waits for what is under way: a loaded machine has taken more than 90 s for that.
 */
const RUN_ENDS_WITHIN_MS = 300_000;

/** What Patchbay said: the Result of a run, or why none was started. */
export type Told = { readonly result: Result } | { readonly refusal: Error };

/** What somebody did, and how everything was just before. */
export interface HandsOn {
  readonly edit: Edit;
  readonly at: Things;
}

/** What is known of an order once it has been carried out. */
export interface Deed {
  readonly order: Order;
  readonly slug: string;
  /** The input of the onboarding, where it is one. */
  readonly request?: RequestInput;
  readonly told: Told;
  readonly before: Things;
  /** As everything would be now, had only people done anything since. */
  readonly untouched: Things;
  readonly after: Things;
  /** What people did during the order. */
  readonly hands: readonly HandsOn[];
  /** The connections of this slug that the worker could reach with the keys that it had. */
  readonly makers: readonly Maker[];
  /** Requests that change something. */
  readonly writes: readonly string[];
  /** Imports that were ever called and answered, both sides being heard. */
  readonly heard: ReadonlySet<string>;
  /** Lists may be late, as somebody made them. */
  readonly lagging: boolean;
  /** Nothing unusual has been done to these accounts or this run, ever. */
  readonly calm: boolean;
}

/** The newest run of a connection, as far as `retry` is concerned. */
export interface Newest {
  readonly order: 'onboard' | 'offboard';
  readonly succeeded: boolean;
  readonly request?: RequestInput;
}

/** Accounts, a worker with keys of them, and what is remembered. */
export class Stage {
  readonly ledger: Ledger;
  readonly slugs = [uniqueSlug(), uniqueSlug()] as const;
  private readonly newest = new Map<string, Newest>();
  private keys: KeySet = 'own';
  private calm = true;
  private lagging = false;
  private hands: HandsOn[] = [];
  private makers: Maker[] = [];

  private constructor(
    private readonly lane: Lane,
    private readonly accounts: Accounts,
  ) {
    this.ledger = new Ledger(accounts.things());
    lane.turnTo(accounts.providersOf(this.keys));
  }

  /** Opens accounts in which nothing has been done. */
  static async open(lane: Lane, sequence: Sequence): Promise<Stage> {
    return new Stage(lane, await Accounts.open(sequence));
  }

  close(): Promise<void> {
    return this.accounts.close();
  }

  /** The newest run of this connection, where there is any. */
  newestOf(slug: string): Newest | undefined {
    return this.newest.get(slug);
  }

  /** Carries a command out. What came of it, where it was an order to Patchbay. */
  async play(command: Command): Promise<Deed | undefined> {
    switch (command.order) {
      case 'by-hand':
        this.byHand(command.what);
        return undefined;
      case 'keys':
        this.calm = false;
        await this.useKeys(command.keys);
        return undefined;
      case 'lag':
        this.calm = false;
        this.lagging = true;
        this.accounts.setLag(command.list, command.ms);
        return undefined;
      case 'onboard':
      case 'offboard':
      case 'retry':
        return this.carryOut(command);
      default:
        return command satisfies never;
    }
  }

  private async carryOut(order: Order): Promise<Deed> {
    const slug = this.slugs[order.slug];
    const calm = this.calm && order.troubles.length === 0;
    this.calm = calm;
    const maker = makerWith(this.keys, slug);
    this.hands = [];
    this.makers = [maker];
    const [before, written] = [this.accounts.things(), this.accounts.writes()];
    const request = this.requestOf(order, slug);
    this.ledger.begin(before);
    const told = await this.told(order, slug, request);
    for (const { sandbox } of this.accounts.all) sandbox.faults.clear();
    const after = this.accounts.things();
    const untouched = withEdits(
      before,
      this.hands.map(({ edit }) => edit),
    );
    this.ledger.made(maker, untouched, after);
    if ('result' in told) this.note(order, slug, told.result, request);
    const writes = this.accounts.writes().flatMap((all, pair) => all.slice(written[pair]?.length ?? 0));
    const { hands, lagging, makers } = this;
    const heard = new Set(this.accounts.callsHeard());
    const asked = request === undefined ? {} : { request };
    return { order, slug, ...asked, told, before, untouched, after, hands, makers, writes, heard, lagging, calm };
  }

  private note({ order }: Order, slug: string, { outcome }: Result, request: RequestInput | undefined): void {
    const succeeded = ['verified', 'done', 'inconclusive', 'removed'].includes(outcome);
    const kind = order === 'offboard' ? 'offboard' : 'onboard';
    this.newest.set(slug, { order: kind, succeeded, ...(request === undefined ? {} : { request }) });
  }

  /** Starts the run and waits for its end, while its troubles befall it. */
  private async told(order: Order, slug: string, request: RequestInput | undefined): Promise<Told> {
    const over = new AbortController();
    const afterwards: (() => void)[] = [() => this.accounts.setSilence(false)];
    const boards = this.accounts.all.map(({ sandbox }) => sandbox.faults);
    const world = {
      boards,
      byHand: (what: ByHand) => this.byHand(what),
      silence: () => this.accounts.setSilence(true),
      lag: (ms: number) => void afterwards.push(this.accounts.setLag('all', ms)),
      cancel: () => this.cancel(slug),
      changeKeys: (keys: KeySet) => this.changeKeys(keys, slug),
      isRemoval: order.order === 'offboard',
      over: over.signal,
    };
    const befalling = order.troubles.map((trouble) => befall(trouble, world));
    try {
      return { result: await this.resultOf(await this.start(order, slug, request)) };
    } catch (error) {
      const isAnswer =
        error instanceof NothingToActOnError || error instanceof ConflictError || error instanceof InvalidRequestError;
      if (!isAnswer) throw error;
      return { refusal: error };
    } finally {
      over.abort();
      await Promise.all(befalling);
      for (const restore of afterwards.toReversed()) restore();
    }
  }

  private start({ order }: Order, slug: string, request: RequestInput | undefined): Promise<StartedRun> {
    switch (order) {
      case 'onboard':
        return this.lane.patchbay.onboard(request);
      case 'offboard':
        return this.lane.patchbay.offboard(slug);
      case 'retry':
        return this.lane.patchbay.retry(slug);
      default:
        return order satisfies never;
    }
  }

  private async resultOf(run: StartedRun): Promise<Result> {
    const handle = this.lane.client.workflow.getHandle(run.workflowId, run.runId);
    const ended = new AbortController();
    const tooLate = pause(RUN_ENDS_WITHIN_MS, undefined, { signal: ended.signal }).then(
      async () => Promise.reject(new Error(`${run.workflowId} has not ended in time. ${await openWork(handle)}`)),
      () => undefined,
    );
    const returned: unknown = await Promise.race([handle.result().catch(carriedBy), tooLate]);
    ended.abort();
    if (isResult(returned)) return returned;
    for await (const { result, state } of this.lane.patchbay.follow(run)) {
      if (state === 'closed' && result !== undefined) return result;
    }
    throw new Error(`${run.workflowId} ended without a Result.`);
  }

  private async cancel(slug: string): Promise<void> {
    await this.lane.patchbay.cancel(slug).catch((error: unknown) => {
      if (!(error instanceof NothingToActOnError)) throw error; // an offboarding, or a run that has ended meanwhile
    });
  }

  private byHand(what: ByHand): void {
    const at = this.accounts.things();
    doByHand(what, this.accounts, this.keys, this.ledger);
    const after = this.accounts.things();
    const edit = editBetween(at, after);
    this.ledger.byHand(edit, after);
    this.hands.push({ edit, at });
    this.calm &&= edit.added.length + edit.removed.length + edit.changed.length === 0;
  }

  private async useKeys(keys: KeySet): Promise<void> {
    this.keys = keys;
    await this.lane.restartWith(this.accounts.providersOf(keys));
  }

  /** The worker gets other keys while a run is under way. What gives it back those that it had. */
  private async changeKeys(keys: KeySet, slug: string): Promise<() => Promise<void>> {
    const had = this.keys;
    this.makers.push(makerWith(keys, slug));
    await this.useKeys(keys);
    return () => this.useKeys(had);
  }

  private requestOf(order: Order, slug: string): RequestInput | undefined {
    if (order.order !== 'onboard') return order.order === 'retry' ? this.newest.get(slug)?.request : undefined;
    const { numbers } = this.accounts.didwwOf(this.keys);
    const destination = order.transfer === 'elsewhere' ? '+12025550111' : '+12025550100';
    const transfer = { destination, toolName: `ask_${String(order.slug)}` };
    return {
      connection: slug,
      region: 'us',
      assistantId: this.accounts.assistantOf(this.keys),
      numbers: order.numbers.map((place) => ({ number: numbers[place] ?? '' })),
      ...(order.transfer === false ? {} : { transfer }),
      sip: { trunkLayout: order.combined ? 'combined' : 'separate' },
      routing: { replaceExisting: order.takeOver },
      verification: { inbound: order.verify, outbound: false, transfer: false, windowSeconds: 2 },
      patience: { step: '300ms', rollback: '600ms', firstRetry: '10ms' },
    };
  }
}

/** The Result in the details of a failed run; a cancelled one has it in its progress alone. */
const carriedBy = (error: unknown): unknown =>
  error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure
    ? error.cause.details?.[0]
    : undefined;

/** What a run that hangs waits for, and what came last of it, for whoever looks for the cause. */
async function openWork(handle: WorkflowHandle): Promise<string> {
  const { raw } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const last = (events ?? []).slice(-LAST_EVENTS);
  const { pendingActivities, pendingChildren, pendingWorkflowTask } = raw;
  return JSON.stringify({ pendingActivities, pendingChildren, pendingWorkflowTask, last }, withoutBytes);
}

const LAST_EVENTS = 12;

const withoutBytes = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('utf8').slice(0, 300) : value;
