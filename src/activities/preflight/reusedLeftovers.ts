/**
 * What earlier runs left of a connection that carries no number, and what a run would make of it: what fits
 * is used, a tool is changed in place, all else is removed. Part of `plannedChanges.ts`. Pure.
 */
import { credentialName, type CredentialRole, type Identified } from '../../contract/marks.js';
import type { PlannedChange } from '../../contract/plan.js';
import type { Request } from '../../contract/request.js';
import { credentialKind, type ObjectKind } from '../../contract/result.js';
import { inboundRole } from '../../domain/objects/desired.js';
import { oldestFirst } from '../../domain/objects/originals.js';
import type { InboundTrunk, OutboundTrunk } from '../../didww/index.js';
import type { Credential, Tool } from '../../vapi/index.js';
import type { Facts } from './facts.js';
import { leftoversOf } from './leftovers.js';
import { type Kind, removed } from './plannedObject.js';
import { comparedObjects, type SharedObjects } from './sharedDifferences.js';

/** Objects that a run would go on with, and those that it would remove. */
export interface Reuse {
  readonly objects: SharedObjects;
  readonly removed: readonly PlannedChange[];
}

/** What a run of this request would make of leftovers. */
export function reuseOf(request: Request, facts: Facts): Reuse {
  const left = leftObjects(request, facts);
  const objects = fittingObjects(request, facts, left);
  return { objects, removed: unusedObjects(request, left, objects) };
}

/** What was left, each kind and role oldest first. */
interface Left {
  readonly outboundTrunks: readonly OutboundTrunk[];
  readonly inboundTrunks: readonly InboundTrunk[];
  readonly credentials: readonly (Credential & { readonly role: CredentialRole })[];
  readonly tools: readonly Tool[];
}

function leftObjects(request: Request, facts: Facts): Left {
  const { unused } = leftoversOf(request, facts);
  const among = <T extends Identified>(found: readonly T[] | undefined, ids: readonly string[]): readonly T[] =>
    oldestFirst((found ?? []).filter(({ id }) => ids.includes(id)));
  return {
    outboundTrunks: among(facts.outboundTrunks, unused.outboundTrunks),
    inboundTrunks: among(facts.inboundTrunks, unused.inboundTrunks),
    // By role, and oldest first within it, as they were told apart.
    credentials: unused.credentials.flatMap(({ id, role }) => {
      const found = facts.credentials?.find((one) => one.id === id);
      return found === undefined ? [] : [{ ...found, role }];
    }),
    tools: among(
      facts.tools,
      unused.tools.map(({ id }) => id),
    ),
  };
}

/** The oldest of each kind that fits. Without its outbound trunk nothing has the right SIP credentials. */
function fittingObjects(request: Request, facts: Facts, left: Left): SharedObjects {
  const { trunkLayout: layout, ingress } = request.sip;
  const none = { layout, outboundTrunk: undefined, inboundTrunk: undefined, outboundCredential: undefined };
  const fits = (kind: ObjectKind, objects: Partial<SharedObjects>): boolean =>
    comparedObjects(request, facts, { ...none, tool: undefined, ...objects }).some(
      (one) => one.kind === kind && one.differences.length === 0,
    );
  const tool = request.transfer && (left.tools.find((one) => fits('transfer-tool', { tool: one })) ?? left.tools[0]);
  const outboundTrunk = left.outboundTrunks.find((one) => fits('outbound-trunk', { outboundTrunk: one }));
  if (outboundTrunk === undefined) return { ...none, tool };
  const inbound = inboundRole(layout);
  const inboundCredential = left.credentials.find(
    (one) => one.role === inbound && fits(credentialKind(inbound), { outboundTrunk, inboundCredential: one }),
  );
  const beside = { outboundTrunk, ...(inboundCredential && { inboundCredential }) };
  const isHostKnown = ingress === 'region' || inboundCredential !== undefined;
  const inboundTrunk = left.inboundTrunks.find(
    (one) => isHostKnown && fits('inbound-trunk', { ...beside, inboundTrunk: one }),
  );
  const outboundCredential =
    layout === 'combined'
      ? inboundCredential
      : left.credentials.find(
          (one) => one.role === 'out' && fits('outbound-credential', { outboundTrunk, outboundCredential: one }),
        );
  return { layout, ...beside, inboundTrunk, outboundCredential, tool };
}

/** What nothing is made of, in the order in which it would go. */
function unusedObjects(request: Request, left: Left, objects: SharedObjects): readonly PlannedChange[] {
  const { outboundTrunk, inboundTrunk, outboundCredential, inboundCredential, tool } = objects;
  const used = new Set(
    [outboundTrunk, inboundTrunk, outboundCredential, inboundCredential, tool].map((object) => object?.id),
  );
  const all: readonly (Kind & { readonly id: string })[] = [
    ...left.inboundTrunks.map(({ id, name }) => ({
      provider: 'didww' as const,
      kind: 'inbound-trunk' as const,
      id,
      name,
    })),
    ...left.outboundTrunks.map(({ id, name }) => ({
      provider: 'didww' as const,
      kind: 'outbound-trunk' as const,
      id,
      name,
    })),
    ...left.credentials.map(({ id, role }) => ({
      provider: 'vapi' as const,
      kind: credentialKind(role),
      id,
      name: credentialName(request.connection, role),
    })),
    ...left.tools.map(({ id, functionName = id }) => ({
      provider: 'vapi' as const,
      kind: 'transfer-tool' as const,
      id,
      name: functionName,
    })),
  ];
  return all.filter(({ id }) => !used.has(id)).map(({ id, ...object }) => removed(object, id));
}
