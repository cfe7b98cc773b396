/**
 * The objects that all numbers of a connection share, but for the transfer tool. Belongs here: each one's
 * step and its undo. Does not: in which order they are made (`buildConnection.ts`).
 */
import { credentialKind } from '../../contract/result.js';
import type { Inventory } from '../../contract/inventory.js';
import type { CredentialRole } from '../../contract/marks.js';
import { stepNames, USED_BY_INBOUND_TRUNK } from '../../contract/stepNames.js';
import { desiredCredential, desiredInboundTrunk, desiredOutboundTrunk } from '../../domain/objects/desired.js';
import { activities } from '../engine/activities.js';
import { takenOver, unrouted } from './importNumbers.js';
import { ensureSharedObject } from './createdObjects.js';
import type { Onboarding } from './onboarding.js';

/** The DIDWW outbound trunk. Its id. */
export async function outboundTrunk(onboarding: Onboarding, inventory: Inventory): Promise<string> {
  const { request, patience } = onboarding;
  const { connection, region } = request;
  const id = await ensureSharedObject(onboarding, inventory, {
    name: stepNames.outboundTrunk,
    kind: 'outbound-trunk',
    provider: 'didww',
    existing: inventory.outboundTrunk,
    ensure: (absentAt) =>
      activities('create the DIDWW outbound trunk', patience.step).ensureOutboundTrunk({
        ...desiredOutboundTrunk(
          request,
          inventory.numbers.map(({ didId }) => didId),
        ),
        ...absentAt,
      }),
    unused: inventory.unused.outboundTrunks,
    remove: (what) =>
      activities('remove the DIDWW outbound trunk', patience.rollback).removeOutboundTrunk({
        connection,
        region,
        ...what,
      }),
  });
  onboarding.accounts.alsoToldBy({ outboundTrunkIds: [id] });
  return id;
}

/** The DIDWW inbound trunk, to the host of this credential or to the region's. Its id. */
export async function inboundTrunk(
  onboarding: Onboarding,
  inventory: Inventory,
  outboundTrunkId: string,
  ingressCredentialId: string | undefined,
): Promise<string> {
  const { request, patience } = onboarding;
  const { connection, region } = request;
  const desired = desiredInboundTrunk(request, {
    outboundTrunkId,
    ...(ingressCredentialId === undefined ? {} : { ingressCredentialId }),
    previousRoutings: takenOver(inventory),
    unrouted: unrouted(inventory),
  });
  const id = await ensureSharedObject(onboarding, inventory, {
    name: stepNames.inboundTrunk,
    kind: 'inbound-trunk',
    provider: 'didww',
    existing: inventory.inboundTrunk,
    ensure: (absentAt) =>
      activities('create the DIDWW inbound trunk', patience.step).ensureInboundTrunk({ ...desired, ...absentAt }),
    unused: inventory.unused.inboundTrunks,
    remove: (what) =>
      activities('remove the DIDWW inbound trunk', patience.rollback).removeInboundTrunk({
        connection,
        region,
        ...what,
      }),
    uses: USED_BY_INBOUND_TRUNK,
  });
  onboarding.accounts.alsoToldBy({ inboundTrunkIds: [id] });
  return id;
}

/** The Vapi credential of this role. Its id. */
export async function credential(
  onboarding: Onboarding,
  inventory: Inventory,
  role: CredentialRole,
  outboundTrunkId: string,
): Promise<string> {
  const { request, patience } = onboarding;
  const { connection, region } = request;
  const name = stepNames.credential[role];
  return ensureSharedObject(onboarding, inventory, {
    name,
    kind: credentialKind(role),
    provider: 'vapi',
    existing: role === 'out' ? inventory.outboundCredential : inventory.inboundCredential,
    ensure: (absentAt) =>
      activities(`create the Vapi ${name}`, patience.step).ensureCredential({
        ...desiredCredential(request, role, outboundTrunkId),
        ...absentAt,
        copies: inventory.copies,
      }),
    unused: inventory.unused.credentials.filter((one) => one.role === role).map(({ id }) => id),
    remove: (what) =>
      activities(`remove the Vapi ${name}`, patience.rollback).removeCredential({ connection, region, role, ...what }),
  });
}
