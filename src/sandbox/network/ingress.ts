import type { VapiAccount, VapiCredential, VapiPhoneNumber } from '../vapi/index.js';
import { acceptsFrom } from './gateways.js';
import type { InboundInvite } from './inboundInvite.js';
import { type Refusal, refusal } from './sip.js';

/**
 * Whose call an INVITE at Vapi is. A refused one leaves no call row at all (docs/providers/vapi.md, Ended
 * reasons).
 */
export type IngressDecision =
  | {
      readonly kind: 'admitted';
      readonly account: VapiAccount;
      readonly number: VapiPhoneNumber;
      readonly credential: VapiCredential;
    }
  | Refusal;

interface Holder {
  readonly account: VapiAccount;
  readonly credential: VapiCredential;
}

/**
 * Matches an INVITE as Vapi's SBC does: by source address against gateways (on a credential's own host
 * against its own only), then by called number among the numbers of what matched (docs/providers/vapi.md,
 * Pitfalls). An address that nobody lists is asked for digest credentials; DIDWW answers with the trunk's
 * pair, which no SIP trunk of Vapi's knows, so 401 is final.
 */
export function admitIngress(accounts: readonly VapiAccount[], invite: InboundInvite): IngressDecision {
  if (invite.ingress.kind !== 'vapi') return refusal(404, 'not a host of Vapi');
  const { region, credentialId } = invite.ingress;
  const holders = accounts
    .filter((account) => account.region === region)
    .flatMap((account) => [...account.credentials.values()].map((credential): Holder => ({ account, credential })));
  const addressed =
    credentialId === null ? holders : holders.filter(({ credential }) => credential.id === credentialId);
  if (addressed.length === 0 && credentialId !== null) return refusal(404, `no credential has the host ${invite.host}`);
  const matching = addressed.filter(({ credential }) => acceptsFrom(credential, invite.sourceIp));
  if (matching.length === 0) return refusal(401, `no gateway holds ${invite.sourceIp}`);
  return byNumber(matching, invite.user, credentialId === null);
}

function byNumber(holders: readonly Holder[], user: string, sharedHost: boolean): IngressDecision {
  const found = holders.flatMap(({ account, credential }) =>
    [...account.phoneNumbers.values()]
      .filter((number) => number.credentialId === credential.id && isCalled(account, number, user))
      .map((number) => ({ kind: 'admitted' as const, account, number, credential })),
  );
  const [first] = found;
  if (first === undefined) return refusal(404, `no number ${user} is imported with a credential that matches`);
  const rivals = new Set(found.map(({ account }) => account.orgId)).size > 1;
  const heldElsewhere = first.account.switches.numbersHeldElsewhere.some((number) => digits(number) === digits(user));
  if (rivals || (sharedHost && heldElsewhere)) return refusal(503, `several organisations hold ${user}`);
  return first;
}

/**
 * The SBC compares digits, whether or not a `+` stands before them (docs/providers/vapi.md, Pitfalls). That
 * it knows no number which is blocked or not active yet is assumed (docs/providers/vapi.md, Phone numbers).
 */
function isCalled(account: VapiAccount, { number, status }: VapiPhoneNumber, user: string): boolean {
  if (status !== 'active') return false;
  if (number === undefined || !/^\+?\d+$/.test(user)) return false;
  return account.switches.normalisesCalledNumber ? digits(number) === digits(user) : number === user;
}

function digits(number: string): string {
  return number.replace(/^\+/, '');
}
