/**
 * The objects that all numbers of a connection share, but for the transfer tool. Belongs here: each one's
 * step and its undo. Does not: in which order they are made (`buildConnection.ts`).
 */
import { credentialKind, type ObjectKind } from '../../contract/result.js';
import type { Ensured, Marked, Removable } from '../../contract/objects.js';
import type { Inventory } from '../../contract/inventory.js';
import type { Seen } from '../../contract/attempts.js';
import type { CredentialRole } from '../../contract/objectNames.js';
import { stepNames, USED_BY_INBOUND_TRUNK } from '../../contract/stepNames.js';
import { desiredCredential, desiredInboundTrunk, desiredOutboundTrunk } from '../../domain/objects/desired.js';
import { activities } from '../engine/activities.js';
import { takenOver, unrouted } from './importNumbers.js';
import type { Onboarding } from './onboarding.js';
import type { UndoReport } from '../engine/saga.js';

/** The DIDWW outbound trunk. Its id. */
export async function outboundTrunk(onboarding: Onboarding, inventory: Inventory): Promise<string> {
  const { request, patience } = onboarding;
  const { connection, region } = request;
  const id = await ensured(onboarding, inventory, {
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
    priorRoutings: takenOver(inventory),
    unrouted: unrouted(inventory),
  });
  const id = await ensured(onboarding, inventory, {
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
  return ensured(onboarding, inventory, {
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

/** An object as its step needs it. */
export interface SharedObject {
  readonly name: string;
  readonly kind: ObjectKind;
  readonly provider: 'didww' | 'vapi';
  readonly existing: Marked | undefined;
  readonly ensure: (absentAt: { readonly absentAt?: Seen }) => Promise<Ensured>;
  /** Leftovers of this kind that preflight had proven unused. */
  readonly unused: readonly string[];
  readonly remove: (what: Removable) => Promise<UndoReport>;
  /** Names of steps whose objects this one uses. */
  readonly uses?: readonly string[];
}

/**
 * An object that the connection's numbers share: kept where it stands, else made by a step of this run. Its
 * id.
 */
export async function ensured(
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
