/**
 * Which credentials of a Vapi organisation belong to a connection: by an id that a run made, by name, or by
 * what they are used for. Part of `ownership.ts`. Pure.
 */
import type { InboundTrunk, OutboundTrunk } from '../../didww/index.js';
import { CREDENTIAL_ROLES, credentialName, type CredentialRole } from '../../contract/marks.js';
import { oldestFirst, type Originals, originalsOf } from '../../domain/objects/originals.js';
import type { Credential, PhoneNumber } from '../../vapi/index.js';
import type { TrunksFound } from './ownTrunks.js';
import type { History, AccountsSnapshot } from './accountsSnapshot.js';
import { digits } from '../../domain/sip/e164.js';
import { reachedTrunk } from './reach.js';

/** A credential with the role that it has in its connection. */
export type OwnCredential = Credential & { readonly role: CredentialRole };

/** What is known of a connection before its credentials are. */
export interface OwnSoFar {
  readonly outbound: TrunksFound<OutboundTrunk>;
  readonly inbound: TrunksFound<InboundTrunk>;
  readonly history: History;
}

/**
 * By name or known id, and somebody's copies of these. Of a role that nobody has in that way, also one that
 * was renamed, told by what it is used for: it has our SIP credentials, and for inbound calls a number of
 * ours is bound to it; for outbound calls it stands beside our inbound credential, alone, and nobody's
 * number is bound to it.
 */
export function ownCredentials(connection: string, seen: AccountsSnapshot, own: OwnSoFar): Originals<OwnCredential> {
  const { ours: marked, copies } = markedOf(connection, seen, own);
  const isTaken = (role: CredentialRole): boolean => marked.some((one) => one.role === role);
  const candidates = seen.credentials
    .filter(({ id }) => ![...marked, ...copies].some((one) => one.id === id))
    .flatMap(withRole)
    .filter(({ role, authUsername }) => !isTaken(role) && isOurPair(authUsername, own));
  const isOurNumber = numberTest(seen, own);
  const inbound = candidates.filter((one) => one.role !== 'out' && boundTo(one, seen).some(isOurNumber));
  const outbound = candidates.filter((one) => one.role === 'out' && boundTo(one, seen).length === 0);
  const isStanding = [...marked, ...inbound].some(({ role }) => role === 'in');
  const renamed = [...inbound, ...(isStanding && outbound.length === 1 ? outbound : [])];
  return { ours: [...marked, ...renamed], copies };
}

/** The connection's credentials of this role that have their name, oldest first. */
export const namedCredentials = (
  connection: string,
  credentials: readonly Credential[],
  role: CredentialRole,
): readonly Credential[] => oldestFirst(credentials.filter(({ name }) => name === credentialName(connection, role)));

/** The connection's credential for calls of this direction; in the combined layout one serves both. */
export const credentialFor = (
  own: { readonly credentials: readonly OwnCredential[] },
  direction: 'in' | 'out',
): OwnCredential | undefined =>
  own.credentials.find(({ role }) => role === direction) ?? own.credentials.find(({ role }) => role === 'both');

/**
 * Those of each role that have our name or a known id. What proves the most tells ours from copies: a known
 * id or a number that DIDWW sends to us, then any number that is bound to it, then our SIP credentials.
 */
function markedOf(connection: string, seen: AccountsSnapshot, own: OwnSoFar): Originals<OwnCredential> {
  const { known, isCopy } = own.history;
  const isOurNumber = numberTest(seen, own);
  const proofs = [
    (one: Credential): boolean => boundTo(one, seen).some(isOurNumber),
    (one: Credential): boolean => boundTo(one, seen).length > 0,
    ({ authUsername }: Credential): boolean => isOurPair(authUsername, own),
  ].map((isUsed) => (one: Credential) => known.has(one.id) || (!isCopy(one) && isUsed(one)));
  const roles = CREDENTIAL_ROLES.map((role) => {
    const ofRole = seen.credentials.filter((one) => roleOf(connection, one, known) === role);
    const isProven = proofs.find((proof) => ofRole.some(proof)) ?? (() => false);
    return originalsOf(
      ofRole.map((one) => ({ ...one, role })),
      { isProven, isCopy },
    );
  });
  return { ours: roles.flatMap(({ ours }) => ours), copies: roles.flatMap(({ copies }) => copies) };
}

/** By its name, or of a renamed one that is known, by its gateways. */
const roleOf = (connection: string, one: Credential, known: ReadonlySet<string>): CredentialRole | undefined =>
  CREDENTIAL_ROLES.find((role) => one.name === credentialName(connection, role)) ??
  (known.has(one.id) ? roleIn(one) : undefined);

const boundTo = ({ id }: Credential, { phoneNumbers }: AccountsSnapshot): readonly PhoneNumber[] =>
  phoneNumbers.filter(({ credentialId }) => credentialId === id);

const isOurPair = (authUsername: string | undefined, { outbound }: OwnSoFar): boolean =>
  authUsername !== undefined && outbound.ours.some(({ username }) => username === authUsername);

/** Whether DIDWW sends the calls of an imported number to our trunk. */
function numberTest({ routed }: AccountsSnapshot, { inbound }: OwnSoFar): (imported: PhoneNumber) => boolean {
  const ours = new Set(
    routed
      .filter(({ routing }) => reachedTrunk(routing, inbound.ours) !== undefined)
      .map(({ number }) => digits(number)),
  );
  return ({ number }) => ours.has(digits(number ?? ''));
}

const withRole = (credential: Credential): readonly OwnCredential[] =>
  CREDENTIAL_ROLES.filter((role) => role === roleIn(credential)).map((role) => ({ ...credential, role }));

/** The role that a credential's gateways are made for. */
function roleIn({ gateways }: Credential): CredentialRole | undefined {
  const takes = gateways.some(({ inboundEnabled }) => inboundEnabled);
  const makes = gateways.some(({ outboundEnabled }) => outboundEnabled);
  if (takes && makes) return 'both';
  if (takes) return 'in';
  return makes ? 'out' : undefined;
}
