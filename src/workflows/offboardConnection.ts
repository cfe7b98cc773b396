import { CancellationScope, setHandler, workflowInfo } from '@temporalio/workflow';
import { z } from 'zod';
import type { Patience, RemovalTarget, Stock, Undone } from '../domain/contract.js';
import type { CredentialRole } from '../domain/marks.js';
import { type RemainingObject, remainingObject } from '../domain/removal.js';
import { readAs } from '../domain/problems.js';
import { connectionSchema } from '../domain/requestShape.js';
import type { Leftover, ObjectKind, Result } from '../domain/result.js';
import { REGIONS } from '../domain/sip.js';
import { Board } from './board.js';
import { type RunPatience, activities, knownSearchAttributes, patienceOf } from './call.js';
import { ended, invalid, refuse } from './ending.js';
import { failureOf } from './failure.js';
import { all, couldNotLook, stillThere, withReasons } from './lastLook.js';
import { USED_BY_NUMBERS } from './importNumbers.js';
import { describeLeftovers } from './leftovers.js';
import { type OffboardInput, progressQuery } from './messages.js';
import { stepNames } from './onboarding.js';
import { Report } from './report.js';
import { AssistantEdits } from './assistants.js';
import { Saga, type Undo } from './saga.js';

const inputSchema = z.strictObject({ connection: connectionSchema, region: z.enum(REGIONS) });

/** The defaults of a request: an offboarding has no request of its own. */
const PATIENCE = patienceOf({ step: '5m', rollback: '1h', firstRetry: '1s' });

/**
 * Takes a connection away: restores the routing of numbers that were taken over, removes every object that carries its mark, leaves what Patchbay
 * did not create, and looks once more. Only goes forward, also when cancelled. Completes with outcome `removed`, also where nothing was there;
 * else fails with type `Leftovers` (or `InvalidRequest`, `PreflightRefused`) and details `[Result]`.
 */
export async function offboardConnection(input: unknown): Promise<Result> {
  const { connection, region } = inputOf(input);
  const board = new Board(connection, 'remove');
  const report = new Report(connection);
  setHandler(progressQuery, () => ({ ...board.state, result: report.so(board.ended) }));
  return CancellationScope.nonCancellable(async () => {
    board.publish(await knownSearchAttributes());
    const look = (patience: Patience): Promise<Stock> =>
      activities('look what is there', patience).takeStock({ connection, region }, patience);
    const stock = await look(PATIENCE.step).catch((error: unknown) => {
      throw refuse({ board, report }, failureOf(error, 'look'), 'PreflightRefused');
    });
    const saga = new Saga(board, false);
    for (const [name, undo] of undoing({ connection, region }, stock, PATIENCE)) saga.owe(name, undo);
    for (const { number, didId } of stock.numbers) report.plan(number, didId ?? '');
    const { leftovers, warnings } = await saga.unwind();
    report.warn(warnings);
    const left = await remaining(async () => {
      return stillThere(region, all(await look(PATIENCE.rollback)), PATIENCE.rollback);
    }, leftovers);
    report.warn(left.warnings);
    return close({ board, report }, stock, await describeLeftovers(region, left.objects));
  });
}

function inputOf(input: unknown): OffboardInput {
  const read = readAs(inputSchema, input);
  if ('data' in read) return read.data;
  throw invalid(workflowInfo().workflowId.replace(/^connection\//, ''), read.problems);
}

/** What is there after the undo; where nobody can look, what the undo says, and that nobody could. */
async function remaining(
  look: () => Promise<readonly RemainingObject[]>,
  undo: readonly RemainingObject[],
): Promise<{ readonly objects: readonly RemainingObject[]; readonly warnings: readonly string[] }> {
  try {
    return { objects: withReasons(await look(), undo), warnings: [] };
  } catch (error) {
    return { objects: undo, warnings: [couldNotLook(error)] };
  }
}

function close(
  { board, report }: { board: Board; report: Report },
  stock: Stock,
  leftovers: readonly Leftover[],
): Result {
  const left = stock.numbers.filter(({ phoneNumberId, didId }) =>
    leftovers.some(({ id }) => id === phoneNumberId || id === didId),
  );
  report.undone(
    leftovers,
    left.map(({ number }) => number),
  );
  if (leftovers.length === 0) {
    board.close('removed');
    return report.so('removed');
  }
  board.close('leftovers');
  throw ended('Leftovers', report.so('leftovers'));
}

/** The undo of everything in stock. */
function undoing(target: OffboardInput, stock: Stock, patience: RunPatience): Map<string, Undo> {
  const undos = new Map<string, Undo>();
  const edits = new AssistantEdits();
  const calls = (summary: string): ReturnType<typeof activities> => activities(summary, patience.rollback);
  for (const one of stock.numbers) {
    for (const undo of routingUndo(one, patience)) undos.set(stepNames.cutOver(one.number), undo);
    for (const undo of importUndo(target, one, patience)) undos.set(stepNames.import(one.number), undo);
  }
  for (const { id, toolId } of stock.assistants) {
    const name = stepNames.assistant(id);
    undos.set(undos.has(name) ? `${name} (${toolId})` : name, {
      run: () => edits.take(target.region, id, toolId, patience.rollback),
      uses: [stepNames.transferTool],
      leftover: (why) => remainingObject('assistant', id, why, { toolId }),
    });
  }
  const shared = (
    name: string,
    kind: ObjectKind,
    found: readonly { id: string }[],
    remove: (target: RemovalTarget) => Promise<Undone>,
  ): void => {
    if (found.length === 0) return;
    const what = { made: found.map(({ id }) => id), unused: [], marked: false };
    undos.set(name, {
      run: () => remove({ ...target, ...what }),
      leftover: (why) => remainingObject(kind, found[0]?.id ?? '', why),
    });
  };
  shared(stepNames.transferTool, 'transfer-tool', stock.tools, (tools) =>
    calls('remove the Vapi transfer tool').removeTransferTool(tools, patience.rollback),
  );
  shared(stepNames.inboundTrunk, 'inbound-trunk', stock.inboundTrunks, (trunks) =>
    calls('remove the DIDWW inbound trunk').removeInboundTrunk(trunks, patience.rollback),
  );
  shared(stepNames.outboundTrunk, 'outbound-trunk', stock.outboundTrunks, (trunks) =>
    calls('remove the DIDWW outbound trunk').removeOutboundTrunk(trunks, patience.rollback),
  );
  for (const role of ['out', 'in', 'both'] satisfies CredentialRole[]) {
    const name = stepNames.credential[role];
    const kind = role === 'out' ? 'outbound-credential' : role === 'in' ? 'inbound-credential' : 'credential';
    const found = stock.credentials.filter((credential) => credential.role === role);
    shared(name, kind, found, (credentials) =>
      calls(`remove the Vapi ${name}`).removeCredential({ ...credentials, role }, patience.rollback),
    );
  }
  return undos;
}

type StockNumber = Stock['numbers'][number];

/** A number's calls go back where they went before, ahead of everything else. Nothing where they do not come to us. */
function routingUndo({ number, didId, inboundTrunkId, previous }: StockNumber, { rollback }: RunPatience): Undo[] {
  if (didId === undefined || inboundTrunkId === undefined) return [];
  const route = { number, didId, inboundTrunkId, previous };
  return [
    {
      run: () => activities(`route ${number} back`, rollback).restoreRouting(route, rollback),
      uses: [stepNames.import(number), ...USED_BY_NUMBERS],
      isRouting: true,
      leftover: (why) => remainingObject('did', didId, why, { routing: previous }),
    },
  ];
}

/** Its import goes after them. */
function importUndo(
  { region }: OffboardInput,
  { number, phoneNumberId, credentialId }: StockNumber,
  { rollback }: RunPatience,
): Undo[] {
  if (phoneNumberId === undefined || credentialId === undefined) return [];
  const target = { region, number, credentialId, made: [phoneNumberId], marked: false };
  return [
    {
      run: () => activities(`remove ${number} from Vapi`, rollback).removeImport(target, rollback),
      uses: USED_BY_NUMBERS,
      leftover: (why) => remainingObject('phone-number', phoneNumberId, why),
    },
  ];
}
