/**
 * What earlier runs left of a connection that carries no number, and what a run would make of it: what fits
 * is used, a tool is changed in place, all else is removed. Part of `plannedChanges.ts`. Pure.
 */
import { credentialName, type CredentialRole } from '../../contract/marks.js';
import type { PlannedChange } from '../../contract/plan.js';
import type { Request } from '../../contract/request.js';
import { credentialKind, type ObjectKind } from '../../contract/result.js';
import { inboundRole } from '../../domain/objects/desired.js';
import { oldestFirst } from '../../domain/objects/originals.js';
import type { Credential } from '../../vapi/index.js';
import type { Facts } from './facts.js';
import { leftoversOf } from './leftovers.js';
import { removed } from './plannedObject.js';
import { comparedObjects, type SharedObjects } from './sharedDifferences.js';

/** Objects that a run would go on with, and those that it would remove. */
export interface Reuse {
  readonly objects: SharedObjects;
  readonly removed: readonly PlannedChange[];
}

/** What a run of this request would make of leftovers. */
export function reuseOf(request: Request, facts: Facts): Reuse {
  const { unused } = leftoversOf(request, facts);
  const { outboundTrunks = [], inboundTrunks = [], credentials = [], tools = [] } = facts;
  const layout = request.sip.trunkLayout;
  const fits = (objects: Partial<SharedObjects>, kind: ObjectKind): boolean => {
    const all = {
      layout,
      outboundTrunk: undefined,
      inboundTrunk: undefined,
      outboundCredential: undefined,
      tool: undefined,
    };
    const compared = comparedObjects(request, facts, { ...all, ...objects });
    return compared.find((one) => one.kind === kind)?.differences.length === 0;
  };
  const outboundTrunk = left(outboundTrunks, unused.outboundTrunks).find((one) =>
    fits({ outboundTrunk: one }, 'outbound-trunk'),
  );
  /** Without its outbound trunk none has the right SIP credentials. */
  const credential = (role: CredentialRole): Credential | undefined =>
    outboundTrunk &&
    left(
      credentials,
      unused.credentials.filter((one) => one.role === role).map(({ id }) => id),
    ).find((one) =>
      fits(
        { outboundTrunk, ...(role === 'out' ? { outboundCredential: one } : { inboundCredential: one }) },
        credentialKind(role),
      ),
    );
  const inboundCredential = credential(inboundRole(layout));
  const hostIsKnown = request.sip.ingress === 'region' || inboundCredential !== undefined;
  const inboundTrunk =
    outboundTrunk && hostIsKnown
      ? left(inboundTrunks, unused.inboundTrunks).find((one) =>
          fits({ outboundTrunk, inboundTrunk: one, ...(inboundCredential && { inboundCredential }) }, 'inbound-trunk'),
        )
      : undefined;
  const leftTools = left(
    tools,
    unused.tools.map(({ id }) => id),
  );
  const tool = request.transfer && (leftTools.find((one) => fits({ tool: one }, 'transfer-tool')) ?? leftTools[0]);
  const outboundCredential = layout === 'combined' ? inboundCredential : credential('out');
  const reused = new Set(
    [outboundTrunk, inboundTrunk, inboundCredential, outboundCredential, tool].map((one) => one?.id),
  );
  const gone = (provider: 'didww' | 'vapi', kind: ObjectKind, id: string, name: string): readonly PlannedChange[] =>
    reused.has(id) ? [] : [removed({ provider, kind, name }, id)];
  return {
    objects: {
      layout,
      outboundTrunk,
      inboundTrunk,
      outboundCredential,
      ...(inboundCredential && { inboundCredential }),
      tool,
    },
    removed: [
      ...left(inboundTrunks, unused.inboundTrunks).flatMap(({ id, name }) => gone('didww', 'inbound-trunk', id, name)),
      ...left(outboundTrunks, unused.outboundTrunks).flatMap(({ id, name }) =>
        gone('didww', 'outbound-trunk', id, name),
      ),
      ...unused.credentials.flatMap(({ id, role }) =>
        gone('vapi', credentialKind(role), id, credentialName(request.connection, role)),
      ),
      ...leftTools.flatMap(({ id, functionName }) => gone('vapi', 'transfer-tool', id, functionName ?? id)),
    ],
  };
}

/** Those of a list with these ids, oldest first. */
const left = <T extends { readonly id: string; readonly createdAt?: string }>(
  found: readonly T[],
  ids: readonly string[],
): readonly T[] => oldestFirst(found.filter(({ id }) => ids.includes(id)));
