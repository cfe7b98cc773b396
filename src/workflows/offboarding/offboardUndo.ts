/**
 * How everything of a connection is undone, without its request. Does not: what there is
 * (`activities/discovery/discoverObjects.ts`), how the run ends.
 */
import { atDidww } from '../../contract/attempts.js';
import type { RemovalTarget, Undone } from '../../contract/objects.js';
import type { RoutedNumber, DiscoveredObjects } from '../../contract/discovery.js';
import { CREDENTIAL_ROLES } from '../../contract/marks.js';
import { remainingObject, remainingRouting } from '../../domain/objects/removal.js';
import { type ObjectKind, credentialKind } from '../../contract/result.js';
import { stepNames, USED_BY_INBOUND_TRUNK, USED_BY_NUMBERS } from '../../contract/stepNames.js';
import { takeTool } from '../assistants/editAssistant.js';
import { type RunPatience, activities } from '../engine/activities.js';
import type { OffboardInput } from '../../contract/messages.js';
import type { Undo } from '../engine/saga.js';

/** The undo of everything that was discovered, by the names of its steps. */
export function undoOf(
  target: OffboardInput,
  discovered: DiscoveredObjects,
  patience: RunPatience,
): ReadonlyMap<string, Undo> {
  const undos = new Map<string, Undo>();
  const listing = assistantSteps(discovered.assistants);
  const calls = (summary: string): ReturnType<typeof activities> => activities(summary, patience.rollback);
  for (const one of discovered.numbers) {
    const answering = listing.filter(({ id }) => id === one.assistantId).map(({ name }) => name);
    for (const routed of routedAmong([one]))
      undos.set(stepNames.cutOver(one.number), routingUndo(routed, patience, [...answering, stepNames.transferTool]));
    for (const undo of importUndo(target, one, patience)) undos.set(stepNames.import(one.number), undo);
  }
  for (const { name, id, toolId } of listing) {
    undos.set(name, {
      run: () => takeTool(target.region, id, toolId, patience.rollback),
      uses: [stepNames.transferTool],
      leftovers: (why) => [remainingObject('assistant', id, why, { toolId })],
    });
  }
  const shared = (
    name: string,
    kind: ObjectKind,
    found: readonly { readonly id: string; readonly groupId?: string }[],
    remove: (target: RemovalTarget) => Promise<Undone>,
    uses: readonly string[] = [],
  ): void => {
    if (found.length === 0) return;
    const what = { made: found.map(({ id }) => id), unused: [], marked: false };
    undos.set(name, {
      run: () => remove({ ...target, ...what }),
      uses,
      leftovers: (why) =>
        found.map(({ id, groupId }) => remainingObject(kind, id, why, groupId === undefined ? {} : { groupId })),
    });
  };
  shared(stepNames.transferTool, 'transfer-tool', discovered.tools, (tools) =>
    calls('remove the Vapi transfer tool').removeTransferTool(tools),
  );
  shared(
    stepNames.inboundTrunk,
    'inbound-trunk',
    discovered.inboundTrunks,
    (trunks) => calls('remove the DIDWW inbound trunk').removeInboundTrunk(trunks),
    USED_BY_INBOUND_TRUNK,
  );
  shared(stepNames.outboundTrunk, 'outbound-trunk', discovered.outboundTrunks, (trunks) =>
    calls('remove the DIDWW outbound trunk').removeOutboundTrunk(trunks),
  );
  for (const role of CREDENTIAL_ROLES) {
    const name = stepNames.credential[role];
    const found = discovered.credentials.filter((credential) => credential.role === role);
    shared(name, credentialKind(role), found, (credentials) =>
      calls(`remove the Vapi ${name}`).removeCredential({ ...credentials, role }),
    );
  }
  return undos;
}

/** Assistants that list a tool of the connection, each with the name of its step: one a tool. */
function assistantSteps(assistants: DiscoveredObjects['assistants']) {
  const named = new Set<string>();
  return assistants.map(({ id, toolId }) => {
    const first = stepNames.assistant(id);
    const name = named.has(first) ? `${first} (${toolId})` : first;
    named.add(name);
    return { name, id, toolId };
  });
}

type StockNumber = DiscoveredObjects['numbers'][number];

/** Those of the numbers that DIDWW sends to the connection. */
const routedAmong = (numbers: readonly StockNumber[]): readonly RoutedNumber[] =>
  numbers.flatMap(({ number, didId, inboundTrunkId, groupId, previous }) =>
    didId === undefined || inboundTrunkId === undefined
      ? []
      : [{ number, didId, inboundTrunkId, ...(groupId === undefined ? {} : { groupId }), previous }],
  );

/**
 * A number's calls go back where they went before, ahead of everything else and whatever Vapi is about.
 * Where they do not, all that answers them stays: `answering` are the steps on who answers and its tool.
 */
export function routingUndo(
  { number, ...route }: RoutedNumber,
  { rollback }: RunPatience,
  answering: readonly string[] = [],
): Undo {
  return {
    run: () => activities(`route ${number} back`, atDidww(rollback)).restoreRouting({ number, ...route }),
    uses: [stepNames.import(number), ...USED_BY_NUMBERS],
    keeps: answering,
    isRouting: true,
    leftovers: (why) => [remainingRouting(route, why)],
  };
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
      run: () => activities(`remove ${number} from Vapi`, rollback).removeImport(target),
      uses: USED_BY_NUMBERS,
      leftovers: (why) => [remainingObject('phone-number', phoneNumberId, why)],
    },
  ];
}
