import { type ApplicationFailure, CancellationScope, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Accounts } from '../../contract/accounts.js';
import { atDidww, type Patience } from '../../contract/attempts.js';
import type { Copy, ListedObjects, Recalled, RoutedNumber, DiscoveredObjects } from '../../contract/discovery.js';
import { remainingObject } from '../../domain/objects/removal.js';
import type { RemainingObject } from '../../contract/remaining.js';
import type { ObjectKind, Result } from '../../contract/result.js';
import { rememberCopies, workingOn } from '../engine/accounts.js';
import { Board } from '../engine/board.js';
import {
  type RunPatience,
  activities,
  atBeginning,
  DEFAULT_RUN_PATIENCE,
  discoveryActivities,
} from '../engine/activities.js';
import { doubtOf, nothingLeft } from '../../domain/objects/connectionDoubt.js';
import { stepNames } from '../../contract/stepNames.js';
import { ended, invalid, refuse } from '../engine/endRun.js';
import { failureOf } from '../engine/failure.js';
import { all, couldNotLook, leftUnseen, whatIsLeft } from '../discovery/remaining.js';
import { describeLeftovers } from '../engine/leftovers.js';
import { type OffboardInput, progressQuery } from '../../contract/messages.js';
import { routingUndo, undoOf } from './offboardUndo.js';
import { slugIn } from '../engine/slug.js';
import { Report } from '../engine/report.js';
import { Saga } from '../engine/saga.js';
import { discoverObjects } from '../discovery/discoverObjects.js';

/**
 * Takes a connection away: gives live calls back first, from what DIDWW alone shows, then removes every
 * object that is the connection's, leaves what is not, and looks once more. Refused where neither earlier
 * runs nor both accounts prove that the connection is theirs: what is not seen is not absent. Only goes
 * forward, also when cancelled. Completes with outcome `removed`; else fails with type `Leftovers` (or
 * `InvalidRequest`, `PreflightRefused`) and details `[Result]`.
 */
export async function offboardConnection(input: unknown): Promise<Result> {
  return CancellationScope.nonCancellable(async () => {
    const connection = slugIn(input) || workflowInfo().workflowId.replace(/^connection\//, '');
    const board = new Board(connection, 'remove');
    const report = new Report(connection);
    setHandler(progressQuery, () => ({ ...board.state, result: report.toResult(board.ended) }));
    const { read, knownAttributes } = await atBeginning((local) => local.readOffboarding({ input }));
    if ('problems' in read) throw invalid({ board, report }, read.problems);
    board.publish(knownAttributes);
    return new Offboarding(read.target, board, report).run();
  });
}

/** One connection on its way out. */
class Offboarding {
  private patience: RunPatience = DEFAULT_RUN_PATIENCE;
  private known: ListedObjects = {
    outboundTrunks: [],
    inboundTrunks: [],
    credentials: [],
    tools: [],
    phoneNumbers: [],
  };
  /** Ids of what is somebody's copy. */
  private copies: readonly string[] = [];
  /** Those of them that people were told of. */
  private readonly told = new Set<string>();
  /** Numbers whose calls were given back before anything else. */
  private routed: readonly RoutedNumber[] = [];
  private unrestored: readonly RemainingObject[] = [];

  constructor(
    private readonly target: OffboardInput,
    readonly board: Board,
    readonly report: Report,
  ) {}

  async run(): Promise<Result> {
    const { accounts, wasRemoved = false } = await this.recall();
    if (accounts?.didww !== undefined) await this.giveCallsBack(accounts);
    const discovered = await this.look();
    if (accounts === undefined) this.beProven(discovered, wasRemoved);
    this.spare(discovered.copies);
    const ids = this.plan(discovered);
    if (discovered.evidence === 'neither' && ids.size === 0)
      this.report.warn([nothingLeft(this.target.connection, wasRemoved)]);
    const saga = new Saga(this.board);
    for (const [name, undo] of undoOf(this.target, discovered, this.patience)) saga.addCompensation(name, undo);
    const { leftovers, warnings } = await saga.unwind();
    this.report.warn(warnings);
    const remaining = await this.remaining(discovered, [...leftovers, ...this.unrestored.filter(notAmong(leftovers))]);
    if (remaining.length > 0) throw await this.left(remaining, ids);
    this.report.undone([]);
    this.board.close('removed');
    return this.report.toResult('removed');
  }

  /**
   * What earlier runs tell of the connection. From here on, a worker with keys of other accounts is
   * refused.
   */
  private async recall(): Promise<Recalled> {
    const { step } = this.patience;
    const recalled = await this.orRefused(() =>
      activities('look for earlier runs', step).recallConnection(this.target.connection),
    );
    const { accounts, known, copies } = recalled;
    this.known = known;
    this.copies = copies;
    if (accounts !== undefined) this.patience = workingOn(accounts, this.patience);
    return recalled;
  }

  /** Live calls first: Vapi is not asked. What could not be given back is tried once more with the rest. */
  private async giveCallsBack({ vapi }: Accounts): Promise<void> {
    const step = atDidww(this.patience.step);
    const { known } = this;
    this.routed = await this.orRefused(() =>
      discoveryActivities('find the numbers that are routed to it', step).findRouted({
        ...this.target,
        known,
        ...(vapi === undefined ? {} : { organisation: vapi }),
      }),
    );
    const saga = new Saga(this.board);
    for (const number of this.routed)
      saga.addCompensation(stepNames.cutOver(number.number), routingUndo(number, this.patience));
    const { leftovers, warnings } = await saga.unwind();
    this.unrestored = leftovers;
    this.report.warn(warnings);
    const trunks = [...known.inboundTrunks, ...this.routed.map(({ inboundTrunkId }) => inboundTrunkId)];
    this.known = { ...known, inboundTrunks: [...new Set(trunks)] }; // a renamed one shows no number any more that tells it
  }

  /**
   * Everything of the connection. Where it cannot be read, the run ends: refused, or where calls were given
   * back, with what it knows.
   */
  private async look(): Promise<DiscoveredObjects> {
    const take = async (patience: Patience): Promise<DiscoveredObjects> => {
      const wanted = { ...this.target, known: this.known, copies: this.copies };
      const { discovered, warnings } = await discoverObjects('look what is there', wanted, patience);
      this.report.warn(warnings);
      return discovered;
    };
    if (this.routed.length === 0) return this.orRefused(() => take(this.patience.step));
    try {
      return await take(this.patience.rollback);
    } catch (error) {
      const failure = failureOf(error, 'look');
      this.report.failure(failure);
      const everything = knownObjects(this.known, failure.message).map(({ id }) => id);
      const ids = new Map([...this.plan({ numbers: [] }).keys()].map((number) => [number, everything]));
      throw await this.left([...this.unrestored, ...knownObjects(this.known, failure.message)], ids);
    }
  }

  /**
   * Refuses what earlier runs do not tell of and both accounts do not prove, unless it was taken away
   * already. From here on, the accounts are those that were seen.
   */
  private beProven({ evidence, accounts }: DiscoveredObjects, wasRemoved: boolean): void {
    const doubt = wasRemoved && evidence === 'neither' ? undefined : doubtOf(this.target.connection, evidence);
    if (doubt !== undefined) throw refuse(this, doubt, 'PreflightRefused');
    this.patience = workingOn(accounts, this.patience);
  }

  /** The numbers that are taken away, each with the ids by which something of it may be left. */
  private plan({ numbers }: Pick<DiscoveredObjects, 'numbers'>): ReadonlyMap<string, readonly string[]> {
    const ids = new Map<string, readonly string[]>();
    for (const { number, didId, phoneNumberId } of [...this.routed.map(withoutImport), ...numbers]) {
      const found = [didId, phoneNumberId].filter((id) => id !== undefined);
      ids.set(number, [...(ids.get(number) ?? []), ...found]);
      if (didId !== undefined || !this.routed.some((one) => one.number === number))
        this.report.plan(number, didId ?? '');
    }
    return ids;
  }

  /**
   * What is there after the undo; where nobody can look, what the undo says and is there by its id, and that
   * nobody could look.
   */
  private async remaining(
    { youngestAt }: DiscoveredObjects,
    undo: readonly RemainingObject[],
  ): Promise<readonly RemainingObject[]> {
    const { rollback } = this.patience;
    const since = youngestAt === undefined ? {} : { copiesSince: youngestAt };
    try {
      const wanted = { ...this.target, known: this.known, copies: this.copies, ...since };
      const { discovered, warnings: unread } = await discoverObjects('look that nothing is left', wanted, rollback);
      this.spare(discovered.copies);
      const { objects, warnings } = await whatIsLeft(this.target.region, all(discovered), undo, rollback);
      this.report.warn([...unread, ...warnings]);
      return objects;
    } catch (error) {
      this.report.warn([couldNotLook(error)]);
      return leftUnseen(this.target.region, undo, rollback);
    }
  }

  /** Tells what is somebody's copy, each once, and keeps that for the runs after this one. */
  private spare(found: readonly Copy[]): void {
    const told = found.filter(({ id }) => !this.told.has(id));
    for (const { id } of told) this.told.add(id);
    this.report.warn(told.map((copy) => copy.told));
    this.copies = [...new Set([...this.copies, ...this.told])];
    rememberCopies([...this.told]);
  }

  /** The end of a run that leaves something. */
  private async left(
    remaining: readonly RemainingObject[],
    ids: ReadonlyMap<string, readonly string[]>,
  ): Promise<ApplicationFailure> {
    const leftovers = await describeLeftovers(this.target.region, remaining);
    const leftIds = new Set(leftovers.map(({ id }) => id));
    this.report.undone(
      leftovers,
      [...ids].filter(([, own]) => own.some((id) => leftIds.has(id))).map(([number]) => number),
    );
    this.board.close('leftovers');
    return ended('Leftovers', this.report.toResult('leftovers'));
  }

  /** Nothing was written yet: what fails refuses the run. */
  private async orRefused<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw refuse(this, failureOf(error, 'look'), 'PreflightRefused');
    }
  }
}

const notAmong =
  (others: readonly RemainingObject[]) =>
  ({ kind, id }: RemainingObject): boolean =>
    !others.some((one) => one.kind === kind && one.id === id);

const withoutImport = ({ number, didId }: RoutedNumber): { number: string; didId: string; phoneNumberId?: string } => ({
  number,
  didId,
});

/** Objects that are known to be the connection's, where nobody could look whether they are there. */
function knownObjects(known: ListedObjects, why: string): readonly RemainingObject[] {
  const of = (kind: ObjectKind, ids: readonly string[]): readonly RemainingObject[] =>
    ids.map((id) => remainingObject(kind, id, why));
  return [
    ...of('phone-number', known.phoneNumbers),
    ...known.tools.flatMap((toolId) =>
      (known.assistants ?? []).map((id) => remainingObject('assistant', id, why, { toolId })),
    ),
    ...of('transfer-tool', known.tools),
    ...of('inbound-trunk', known.inboundTrunks),
    ...of('credential', known.credentials),
    ...of('outbound-trunk', known.outboundTrunks),
  ];
}
