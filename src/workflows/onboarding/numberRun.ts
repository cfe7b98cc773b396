import { CancellationScope, condition, getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import { atDidww, type Seen } from '../../contract/attempts.js';
import {
  type NumberCommand,
  type NumberReport,
  numberReportSignal,
  type NumberTask,
  type NumberUndone,
} from '../../contract/messages.js';
import type { Routing, Undone } from '../../contract/objects.js';
import { remainingObject } from '../../domain/objects/removal.js';
import type { Region } from '../../domain/sip/addresses.js';
import { activities } from '../engine/activities.js';
import { Board } from '../engine/board.js';
import { MadeObjects } from '../engine/created.js';
import { listsCaughtUp } from '../engine/awaitLists.js';
import { Report } from '../engine/report.js';
import { Saga } from '../engine/saga.js';

/** A number's part of an onboarding: its steps, and what its parent has commanded. */
export class NumberRun {
  readonly board: Board;
  readonly report: Report;
  readonly saga: Saga;
  /** Cancelled at the parent's command `restore` or `undo`. */
  readonly forward = new CancellationScope();
  private readonly whole = CancellationScope.current();
  private inboundTrunkId: string | undefined;
  private kept = false;
  private mayUndo = false;

  constructor(private readonly task: NumberTask) {
    this.board = new Board(task.connection, 'attach');
    this.report = new Report(task.connection);
    this.saga = new Saga(this.board);
    this.report.plan(task.number.number, task.number.didId);
    this.board.plan(['import', 'cut-over']);
  }

  get region(): Region {
    return this.task.region;
  }

  /** Takes a command of the parent. */
  obey(command: NumberCommand): void {
    if (command.command === 'cut-over') this.inboundTrunkId = command.inboundTrunkId;
    if (command.command === 'keep') this.kept = true;
    if (command.command === 'undo') this.mayUndo = true;
    if (command.command === 'restore' || command.command === 'undo') this.forward.cancel();
  }

  /** Tells the parent how far this number is. */
  async tell(report: NumberReport): Promise<void> {
    const { parent } = workflowInfo();
    if (parent === undefined) return;
    await getExternalWorkflowHandle(parent.workflowId, parent.runId).signal(numberReportSignal, report);
  }

  /**
   * Tells the parent that live calls are back, and waits for its command to undo the rest: the parent has
   * further numbers whose calls come first. A run that is cancelled, by a person or because its parent has
   * closed, waits for nobody.
   */
  async commandToUndo(undone: NumberUndone): Promise<void> {
    const { number } = this.task.number;
    await this.tell({ number, reached: 'restored', undone }).catch(() => undefined); // a parent that has closed cancels this run
    await condition(() => this.mayUndo || this.whole.consideredCancelled);
  }

  /** The inbound trunk that the parent names. */
  async commandToCutOver(): Promise<string> {
    await condition(() => this.inboundTrunkId !== undefined);
    return this.inboundTrunkId ?? '';
  }

  /** Waits until the parent says that all is decided. */
  async commandToKeep(): Promise<void> {
    await condition(() => this.kept);
  }

  /** Imports the number, or adopts its import. The id of the import. */
  async import(): Promise<string> {
    const { region, credentialId, patience } = this.task;
    const { number, label, assistantId, phoneNumberId } = this.task.number;
    const absentAt = phoneNumberId === undefined ? this.seenByParent() : undefined;
    const desired = { region, number, assistantId, credentialId, ...(label === undefined ? {} : { label }) };
    const made = new MadeObjects();
    const { id } = await this.saga.step({
      name: 'import',
      run: () =>
        made.by(() =>
          activities(`import ${number} into Vapi`, patience.step).ensureImport({
            ...desired,
            ...(absentAt === undefined ? {} : { absentAt }),
          }),
        ),
      note: (ensured) => ensured.id,
      ...(phoneNumberId === undefined
        ? {
            undo: {
              run: () => this.removeImport(made),
              leftovers: (why: string) => made.leftovers('phone-number', why),
            },
          }
        : {}),
    });
    return id;
  }

  /** Takes the import away again; where an answer was lost, once lists show what it may have made. */
  private async removeImport(made: MadeObjects): Promise<Undone> {
    const { region, credentialId, patience } = this.task;
    const { number } = this.task.number;
    const { rollback } = patience;
    const warnings = await listsCaughtUp(made.lostAt, rollback);
    const { made: ids, marked } = made.removable();
    const target = { region, number, credentialId, made: ids, marked };
    const undone = await activities(`remove ${number} from Vapi`, rollback).removeImport(target);
    return { warnings: [...warnings, ...undone.warnings] };
  }

  /**
   * Routes the DID to our trunk. Undone before the import is: calls go back to where they went before it is
   * taken away.
   */
  async cutOver(inboundTrunkId: string): Promise<void> {
    const { patience } = this.task;
    const { number, didId, routing } = this.task.number;
    const route = { number, didId, inboundTrunkId, previous: routing };
    await this.saga.step({
      name: 'cut-over',
      run: () => activities(`route ${number} to the connection`, patience.step).cutOver(route),
      undo: {
        run: () =>
          activities(`route ${number} back to ${routeText(routing)}`, atDidww(patience.rollback)).restoreRouting(route),
        uses: ['import'],
        isRouting: true,
        leftovers: (why) => [remainingObject('did', didId, why, { routing })],
      },
    });
  }

  /**
   * What the parent's preflight saw, as seen by this run: only in the first run of the very parent that saw
   * it. A Reset makes another run, which has to look.
   */
  private seenByParent(): Seen | undefined {
    const { seen } = this.task;
    const { runId, originalExecutionRunId, parent } = workflowInfo();
    if (seen === undefined || parent?.runId !== seen.runId || runId !== originalExecutionRunId) return undefined;
    return { runId, at: seen.at };
  }
}

const routeText = (routing: Routing): string => (routing === null ? 'nowhere' : `its ${routing.kind}`);
