import type { Removable } from '../../contract/objects.js';
import type { Inventory } from '../../contract/inventory.js';
import type { Identified } from '../../contract/marks.js';
import { stepNames } from '../../contract/stepNames.js';
import { credentialRoles } from '../../domain/objects/desired.js';
import { activities } from '../engine/activities.js';
import { importNumbers } from './importNumbers.js';
import type { Connection, Onboarding } from './onboarding.js';
import { credential, inboundTrunk, outboundTrunk } from './sharedObjects.js';
import { callerIds, previousRoutings } from './existingTrunks.js';
import { removeTool, transferSide } from './transferTool.js';

/**
 * Builds what the connection lacks and imports its numbers; no call takes another way yet. Each step starts
 * as soon as what it needs is there:
 *
 * ```
 * outbound trunk ─┬─ outbound credential
 *                 ├─ inbound credential ─┬─ numbers
 *                 └─ inbound trunk ──────┘  (after the credential, where calls enter at its own host)
 *
 * transfer tool ──── on each assistant
 * ```
 */
export async function buildConnection(onboarding: Onboarding, inventory: Inventory): Promise<Connection> {
  const [toolId, trunks] = await onboarding.saga.parallel(
    () => transferSide(onboarding, inventory),
    () => trunkSide(onboarding, inventory),
    () => clearAway(onboarding, inventory),
  );
  return { ...trunks, ...(toolId === undefined ? {} : { toolId }) };
}

async function trunkSide(onboarding: Onboarding, inventory: Inventory): Promise<Omit<Connection, 'toolId'>> {
  const { request, saga } = onboarding;
  const outboundTrunkId = await outboundTrunk(onboarding, inventory);
  const [, inbound] = await saga.parallel(
    () =>
      request.sip.trunkLayout === 'separate'
        ? credential(onboarding, inventory, 'out', outboundTrunkId)
        : Promise.resolve(''),
    () => inboundSide(onboarding, inventory, outboundTrunkId),
    () => callerIds(onboarding, inventory),
    () => previousRoutings(onboarding, inventory),
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
  const oneAfterTheOther = async (): Promise<readonly [string, string]> => {
    const credentialId = await inboundCredential();
    return [credentialId, await trunk(credentialId)];
  };
  const [inboundCredentialId, inboundTrunkId] =
    request.sip.ingress === 'credential'
      ? await oneAfterTheOther()
      : await saga.parallel(inboundCredential, () => trunk());
  await importNumbers(onboarding, inventory, { inboundCredentialId, inboundTrunkId });
  return { inboundCredentialId, inboundTrunkId };
}

/**
 * Leftovers of an earlier request that this one has no use for. Nothing to undo: preflight has proven that
 * nobody used them. What somebody has begun to use since stays, and is told.
 */
async function clearAway(onboarding: Onboarding, { unused }: Inventory): Promise<void> {
  const { request, patience, report, saga } = onboarding;
  const { connection, region } = request;
  const only = (left: readonly Identified[]): Removable => ({
    made: [],
    unused: left.map(({ id }) => id),
    marked: false,
  });
  if (request.transfer === undefined && unused.tools.length > 0)
    await saga.step({
      name: `unused ${stepNames.transferTool}`,
      run: async () =>
        report.warn((await removeTool(onboarding, unused.tools, only(unused.tools), patience.step)).warnings),
    });
  const wanted = credentialRoles(request);
  const roles = new Set(unused.credentials.map(({ role }) => role).filter((role) => !wanted.includes(role)));
  for (const role of roles) {
    const name = `unused ${stepNames.credential[role]}`;
    const left = unused.credentials.filter((one) => one.role === role);
    const remove = activities(`remove the ${name}`, patience.step);
    await saga.step({
      name,
      run: async () =>
        report.warn((await remove.removeCredential({ connection, region, role, ...only(left) })).warnings),
    });
  }
}
