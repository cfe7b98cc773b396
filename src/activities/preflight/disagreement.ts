/**
 * Whether a connection that Vapi does not show is in use all the same. A list that shows nothing proves
 * nothing: a credential may have another name or another organisation, a list may be empty for once. Pure.
 */
import { credentialName } from '../../contract/marks.js';
import type { Request } from '../../contract/request.js';
import type { Credential, PhoneNumber } from '../../vapi/index.js';
import type { Facts } from './facts.js';
import { type Finding, finding } from './finding.js';
import { isSameNumber } from '../../domain/sip/e164.js';
import { groupText, reachedTrunk, reachesThroughGroup } from '../discovery/reach.js';

/** Signs of use that are told; one of each kind is enough to refuse. */
const MOST_TOLD = 5;

/**
 * Of a connection without a number that is bound to its credential: what shows all the same that it is in
 * use.
 */
export function disagreementFindings(request: Request, facts: Facts): readonly Finding[] {
  const signs = [...routedNumbers(facts), ...numbersWithSipCredentials(facts)];
  if (signs.length === 0) return [];
  const { connection } = request;
  const name = credentialName(connection, request.sip.trunkLayout === 'combined' ? 'both' : 'in');
  return [
    finding(
      'patchbay',
      'connection',
      `DIDWW and Vapi disagree on whether the connection ${connection} is in use. No phone number is bound at Vapi to a credential named "${name}", but ${signs.join('; ')}.`,
      `Name the credential "${name}" again, or give the worker the VAPI_API_KEY of the organisation that the connection belongs to, then run the request again; ` +
        groupAdvice(facts) +
        `or choose another connection name. Where it is no longer needed: patchbay offboard ${connection}`,
    ),
  ];
}

const groupAdvice = ({ routed = [], inboundTrunks = [] }: Facts): string =>
  routed.some(({ routing }) => inboundTrunks.some((trunk) => reachesThroughGroup(routing, trunk)))
    ? 'or route the numbers of that group elsewhere at DIDWW, or take the trunk out of it; '
    : '';

/** Live calls leave DIDWW through a trunk with our reference. */
function routedNumbers({ routed = [], inboundTrunks = [], credentials = [], phoneNumbers = [] }: Facts) {
  return routed.slice(0, MOST_TOLD).map(({ number, routing }) => {
    const trunk = reachedTrunk(routing, inboundTrunks);
    const imported = phoneNumbers.find((one) => isSameNumber(one.number, number));
    const atVapi =
      imported === undefined ? 'is not imported at Vapi' : `is imported at Vapi ${importText(imported, credentials)}`;
    const ours = `the trunk "${trunk?.name ?? ''}" (${trunk?.id ?? ''})`;
    const place = trunk !== undefined && routing?.kind === 'group' ? `${groupText(trunk)}, which holds ${ours},` : ours;
    return `${number} is routed at DIDWW to ${place} and ${atVapi}`;
  });
}

/** Numbers on a credential of another name that holds the SIP credentials of a trunk of ours. */
function numbersWithSipCredentials({
  outboundTrunks = [],
  credentials = [],
  phoneNumbers = [],
}: Facts): readonly string[] {
  return outboundTrunks.flatMap(({ id, name, username }) =>
    credentials
      .filter(({ authUsername }) => username !== undefined && authUsername === username)
      .flatMap((credential) => phoneNumbers.filter(({ credentialId }) => credentialId === credential.id))
      .slice(0, MOST_TOLD)
      .map(
        (one) =>
          `${one.number ?? one.id} is imported at Vapi ${importText(one, credentials)}, which has the SIP credentials of the trunk "${name}" (${id})`,
      ),
  );
}

function importText({ id, credentialId }: PhoneNumber, credentials: readonly Credential[]): string {
  if (credentialId === undefined) return `as phone number ${id} without a credential`;
  const name = credentials.find((credential) => credential.id === credentialId)?.name;
  return `as phone number ${id} on credential ${credentialId}${name === undefined ? ', which Vapi does not show' : ` "${name}"`}`;
}
