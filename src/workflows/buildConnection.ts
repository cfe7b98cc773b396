import type { Ensured, Inventory, Marked, Patience, Seen } from '../domain/contract.js';
import type { CredentialRole } from '../domain/marks.js';
import { leftoverOf } from '../domain/removal.js';
import type { ObjectKind } from '../domain/result.js';
import { wantedCredential, wantedInboundTrunk, wantedOutboundTrunk, wantedTransferTool } from '../domain/wanted.js';
import { activities } from './call.js';
import { failureOf } from './failure.js';
import { importNumbers, takenOver } from './importNumbers.js';
import { type Connection, type Onboarding, stepNames } from './onboarding.js';
import type { UndoReport } from './saga.js';

/**
 * Builds what the connection lacks and imports its numbers; no call takes another way yet. Each step starts as soon as what it needs is there:
 *
 *   outbound trunk ─┬─ outbound credential                transfer tool ── on each assistant
 *                   └─ inbound credential ─┬─ numbers
 *                      inbound trunk ──────┘  (after the credential where calls enter at the credential's own host)
 */
export async function buildConnection(onboarding: Onboarding, inventory: Inventory): Promise<Connection> {
  const [toolId, trunks] = await onboarding.saga.together(
    () => transferSide(onboarding, inventory),
    () => trunkSide(onboarding, inventory),
    () => clearAway(onboarding, inventory),
  );
  return { ...trunks, ...(toolId === undefined ? {} : { toolId }) };
}

/** Leftovers of an earlier request that this one has no use for. Nothing to undo: nobody used them. */
async function clearAway(onboarding: Onboarding, { unwanted }: Inventory): Promise<void> {
  const { request, patience, saga } = onboarding;
  const { connection, region } = request;
  if (unwanted.tool)
    await saga.step({ name: `unused ${stepNames.transferTool}`, run: () => removeTool(onboarding, patience.step) });
  for (const role of unwanted.roles) {
    const name = `unused ${stepNames.credential[role]}`;
    await saga.step({
      name,
      run: () =>
        activities(`remove the ${name}`, patience.step).removeCredential({ connection, region, role }, patience.step),
    });
  }
}

async function trunkSide(onboarding: Onboarding, inventory: Inventory): Promise<Omit<Connection, 'toolId'>> {
  const { request, saga } = onboarding;
  const outboundTrunkId = await outboundTrunk(onboarding, inventory);
  const [, inbound] = await saga.together(
    () =>
      request.sip.trunkLayout === 'separate'
        ? credential(onboarding, inventory, 'out', outboundTrunkId)
        : Promise.resolve(''),
    () => inboundSide(onboarding, inventory, outboundTrunkId),
    () => callerIds(onboarding, inventory),
    () => priorRoutings(onboarding, inventory),
  );
  return { outboundTrunkId, ...inbound };
}

async function inboundSide(
  onboarding: Onboarding,
  inventory: Inventory,
  outboundTrunkId: string,
): Promise<Pick<Connection, 'inboundTrunkId' | 'inboundCredentialId'>> {
  const { request, saga } = onboarding;
  const role = request.sip.trunkLayout === 'separate' ? 'in' : 'both';
  const inboundCredential = (): Promise<string> => credential(onboarding, inventory, role, outboundTrunkId);
  const trunk = (credentialId?: string): Promise<string> =>
    inboundTrunk(onboarding, inventory, outboundTrunkId, credentialId);
  if (request.sip.ingress === 'credential') {
    const inboundCredentialId = await inboundCredential();
    const [inboundTrunkId] = await saga.together(
      () => trunk(inboundCredentialId),
      () => importNumbers(onboarding, inventory, inboundCredentialId),
    );
    return { inboundTrunkId, inboundCredentialId };
  }
  const [inboundTrunkId, inboundCredentialId] = await saga.together(
    () => trunk(),
    async () => {
      const credentialId = await inboundCredential();
      await importNumbers(onboarding, inventory, credentialId);
      return credentialId;
    },
  );
  return { inboundTrunkId, inboundCredentialId };
}

async function outboundTrunk(onboarding: Onboarding, inventory: Inventory): Promise<string> {
  const { request, patience } = onboarding;
  const { connection, region } = request;
  return ensured(onboarding, inventory, {
    name: stepNames.outboundTrunk,
    kind: 'outbound-trunk',
    provider: 'didww',
    standing: inventory.outboundTrunk,
    ensure: (absentAt) =>
      activities('create the DIDWW outbound trunk', patience.step).ensureOutboundTrunk(
        {
          ...wantedOutboundTrunk(
            request,
            inventory.numbers.map(({ didId }) => didId),
          ),
          ...absentAt,
        },
        patience.step,
      ),
    remove: () =>
      activities('remove the DIDWW outbound trunk', patience.rollback).removeOutboundTrunk(
        { connection, region },
        patience.rollback,
      ),
  });
}

async function inboundTrunk(
  onboarding: Onboarding,
  inventory: Inventory,
  outboundTrunkId: string,
  ingressCredentialId: string | undefined,
): Promise<string> {
  const { request, patience } = onboarding;
  const { connection, region } = request;
  const wanted = wantedInboundTrunk(request, {
    outboundTrunkId,
    ...(ingressCredentialId === undefined ? {} : { ingressCredentialId }),
    priorRoutings: takenOver(inventory),
  });
  return ensured(onboarding, inventory, {
    name: stepNames.inboundTrunk,
    kind: 'inbound-trunk',
    provider: 'didww',
    standing: inventory.inboundTrunk,
    ensure: (absentAt) =>
      activities('create the DIDWW inbound trunk', patience.step).ensureInboundTrunk(
        { ...wanted, ...absentAt },
        patience.step,
      ),
    remove: () =>
      activities('remove the DIDWW inbound trunk', patience.rollback).removeInboundTrunk(
        { connection, region },
        patience.rollback,
      ),
  });
}

async function credential(
  onboarding: Onboarding,
  inventory: Inventory,
  role: CredentialRole,
  outboundTrunkId: string,
): Promise<string> {
  const { request, patience } = onboarding;
  const { connection, region } = request;
  const name = stepNames.credential[role];
  return ensured(onboarding, inventory, {
    name,
    kind: role === 'out' ? 'outbound-credential' : role === 'in' ? 'inbound-credential' : 'credential',
    provider: 'vapi',
    standing: role === 'out' ? inventory.outboundCredential : inventory.inboundCredential,
    ensure: (absentAt) =>
      activities(`create the Vapi ${name}`, patience.step).ensureCredential(
        { ...wantedCredential(request, role, outboundTrunkId), ...absentAt },
        patience.step,
      ),
    remove: () =>
      activities(`remove the Vapi ${name}`, patience.rollback).removeCredential(
        { connection, region, role },
        patience.rollback,
      ),
  });
}

/** The transfer tool, on every assistant that answers one of the new numbers. */
async function transferSide(onboarding: Onboarding, inventory: Inventory): Promise<string | undefined> {
  const { request, patience, saga } = onboarding;
  const { transfer } = request;
  if (transfer === undefined) return undefined;
  const toolId = await ensured(onboarding, inventory, {
    name: stepNames.transferTool,
    kind: 'transfer-tool',
    provider: 'vapi',
    standing: inventory.tool,
    ensure: (absentAt) =>
      activities('create the Vapi transfer tool', patience.step).ensureTransferTool(
        { ...wantedTransferTool(request, transfer), ...absentAt },
        patience.step,
      ),
    remove: () => removeTool(onboarding, patience.rollback),
  });
  await saga.together(
    ...inventory.assistants.map((assistant) => () => toolOn(onboarding, inventory, assistant, toolId)),
  );
  return toolId;
}

/** An assistant that an earlier run left with the tool has to be rid of it first. */
async function removeTool({ request, assistantEdits }: Onboarding, patience: Patience): Promise<UndoReport> {
  const target = { connection: request.connection, region: request.region };
  const remove = (): Promise<UndoReport> =>
    activities('remove the Vapi transfer tool', patience).removeTransferTool(target, patience);
  try {
    return await remove();
  } catch (error) {
    if (failureOf(error, stepNames.transferTool).class !== 'conflict') throw error;
    const { assistants } = await activities('find assistants that still list the tool', patience).takeStock(
      target,
      patience,
    );
    for (const { id, toolId } of assistants) await assistantEdits.take(request.region, id, toolId, patience);
    return remove();
  }
}

async function toolOn(
  { request, assistantEdits, board, patience, saga }: Onboarding,
  { urls }: Inventory,
  { id: assistantId, hasTool }: Inventory['assistants'][number],
  toolId: string,
): Promise<void> {
  const name = stepNames.assistant(assistantId);
  if (hasTool) {
    board.set(name, 'kept');
    return;
  }
  const { region } = request;
  await saga.step({
    name,
    run: () => assistantEdits.give(region, assistantId, toolId, patience.step),
    undo: {
      run: () => assistantEdits.take(region, assistantId, toolId, patience.rollback),
      uses: [stepNames.transferTool],
      leftover: (why) => leftoverOf('assistant', assistantId, why, urls, { toolId }),
    },
  });
}

/** Lets the new numbers be shown as caller ids of a trunk that was there before. */
async function callerIds(
  { board, patience, saga }: Onboarding,
  { outboundTrunk: trunk, numbers, urls }: Inventory,
): Promise<void> {
  if (trunk === undefined) return;
  const didIds = numbers.map(({ didId }) => didId).filter((id) => !trunk.callerDidIds.includes(id));
  if (didIds.length === 0) {
    board.set(stepNames.callerIds, 'kept');
    return;
  }
  const change = { outboundTrunkId: trunk.id, didIds };
  await saga.step({
    name: stepNames.callerIds,
    run: () => activities('allow the new numbers as caller ids', patience.step).addCallerIds(change, patience.step),
    undo: {
      run: () =>
        activities('take the new caller ids back', patience.rollback).removeCallerIds(change, patience.rollback),
      leftover: (why) => leftoverOf('outbound-trunk', trunk.id, why, urls, { callerDidIds: trunk.callerDidIds }),
    },
  });
}

/** Writes down where numbers that are taken over were routed, in a trunk that was there before; a new trunk is created with it. */
async function priorRoutings({ patience, saga }: Onboarding, inventory: Inventory): Promise<void> {
  const { inboundTrunk: trunk } = inventory;
  const routings = takenOver(inventory);
  if (trunk === undefined || routings.length === 0) return;
  const before = trunk.remembered.filter(({ number }) => routings.some((routing) => routing.number === number));
  const change = { inboundTrunkId: trunk.id, routings, before };
  await saga.step({
    name: stepNames.priorRoutings,
    run: () =>
      activities('write down the previous routings', patience.step).rememberPriorRoutings(change, patience.step),
    undo: {
      run: () =>
        activities('strike out the previous routings', patience.rollback).forgetPriorRoutings(
          change,
          patience.rollback,
        ),
      // Only words in a description: where a number could not be undone they are still needed, and else they do no harm.
      leftover: () => undefined,
    },
  });
}

interface SharedObject {
  readonly name: string;
  readonly kind: ObjectKind;
  readonly provider: 'didww' | 'vapi';
  readonly standing: Marked | undefined;
  readonly ensure: (absentAt: { readonly absentAt?: Seen }) => Promise<Ensured>;
  readonly remove: () => Promise<UndoReport>;
}

/** An object that the connection's numbers share: kept where it stands, else made by a step of this run. Its id. */
async function ensured(
  { board, report, saga }: Onboarding,
  { seen, urls }: Inventory,
  object: SharedObject,
): Promise<string> {
  const { name, kind, provider, standing } = object;
  if (standing !== undefined) {
    board.set(name, 'kept', standing.id);
    report.object({ provider, kind, id: standing.id, name: standing.name, created: false });
    return standing.id;
  }
  let id = '';
  const made = await saga.step({
    name,
    run: (first) => object.ensure(first ? { absentAt: seen } : {}),
    note: (ensured) => ensured.id,
    undo: { run: object.remove, leftover: (why) => leftoverOf(kind, id, why, urls) },
  });
  id = made.id;
  report.object({ provider, kind, id, name: made.name, created: true });
  return id;
}
