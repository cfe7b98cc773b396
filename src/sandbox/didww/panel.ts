import { issuedSecret } from './resources/secrets.js';
import { notFound } from './jsonapi/errors.js';
import type { Context } from './jsonapi/resource.js';
import { updateInboundGroup } from './resources/inboundGroups.js';
import { updateInboundTrunk } from './resources/inboundTrunks.js';
import { updateOutboundTrunk } from './resources/outboundTrunks.js';
import type { AuthenticationMethod, DidwwAccount } from './state.js';
import { wireFormOf } from './wire/index.js';

/** Kinds of trunks, by the names of the account's tables. */
export const trunkKinds = ['outboundTrunks', 'inboundTrunks'] as const;

/** Kinds of objects that a person can rename, by the names of the account's tables. */
export const didwwNamedKinds = [...trunkKinds, 'groups'] as const;

type TrunkKind = (typeof trunkKinds)[number];
type NamedKind = (typeof didwwNamedKinds)[number];

const changes = {
  outboundTrunks: { type: 'voice_out_trunks', update: updateOutboundTrunk },
  inboundTrunks: { type: 'voice_in_trunks', update: updateInboundTrunk },
  groups: { type: 'voice_in_trunk_groups', update: updateInboundGroup },
} satisfies Record<NamedKind, { type: string; update: (context: Context, id: string, body: unknown) => void }>;

/**
 * Renames an object as a person in DIDWW's user panel would. Throws 404 for an unknown one and 422 for a
 * name that the API would refuse; that the panel has the API's rules is assumed.
 */
export function renameInPanel(account: DidwwAccount, kind: NamedKind, id: string, name: string): void {
  const { type, update } = changes[kind];
  const { apiVersion } = account.switches;
  const context = { account, baseUrl: '', apiVersion, form: wireFormOf(apiVersion), listsNothing: false };
  update(context, id, { data: { id, type, attributes: { name } } });
}

/**
 * Copies a trunk as a person in the user panel would, and returns the copy's id: everything is the same,
 * the external reference too, but for the name, the generated pair, and what concerns calls. No numbers are
 * routed to it, and it is in no group. Throws 404 for an unknown trunk. What a copy keeps is assumed.
 */
export function copyTrunkInPanel(account: DidwwAccount, kind: TrunkKind, id: string): string {
  const own = { id: account.newId(), createdAt: account.timestamp() };
  switch (kind) {
    case 'inboundTrunks': {
      const trunk = existing(account.inboundTrunks, id);
      const name = freeName(account, trunk.name);
      account.inboundTrunks.set(own.id, { ...structuredClone(trunk), ...own, name, groupId: null });
      return own.id;
    }
    case 'outboundTrunks': {
      const trunk = existing(account.outboundTrunks, id);
      account.outboundTrunks.set(own.id, {
        ...structuredClone(trunk),
        ...own,
        name: freeName(account, trunk.name),
        authenticationMethod: withNewPair(account, trunk.authenticationMethod),
        thresholdReached: false,
        spentUsd: 0,
      });
      return own.id;
    }
    default:
      return kind satisfies never;
  }
}

function existing<T>(table: ReadonlyMap<string, T>, id: string): T {
  const row = table.get(id);
  if (row === undefined) throw notFound(id);
  return row;
}

function freeName({ outboundTrunks, inboundTrunks, groups }: DidwwAccount, name: string): string {
  const taken = new Set(
    [outboundTrunks, inboundTrunks, groups].flatMap((table) => [...table.values()].map((row) => row.name)),
  );
  let copy = `${name} copy`;
  for (let count = 2; taken.has(copy); count++) copy = `${name} copy ${String(count)}`;
  return copy;
}

function withNewPair(account: DidwwAccount, method: AuthenticationMethod): AuthenticationMethod {
  if (method.type !== 'credentials_and_ip') return method;
  return { ...method, username: issuedSecret(account), password: issuedSecret(account) };
}
