/**
 * What a preflight says of each number: whether it can carry calls, and whether it is free to be attached.
 */
import type { Did, InboundTrunk } from '../../didww/index.js';
import { connectionOfReference, trunkName } from '../../contract/marks.js';
import { readPreviousRoutings } from '../../domain/objects/previousRoutings.js';
import type { Request, RequestedNumber } from '../../contract/request.js';
import type { Credential, PhoneNumber } from '../../vapi/index.js';
import type { Routing } from '../../contract/objects.js';
import type { NumberStatus } from '../../contract/inventory.js';
import type { Facts } from './facts.js';
import { namesakesOf } from '../discovery/ownTrunks.js';
import { importDifferences } from '../objects/phoneNumber.js';
import { type Complaint, type Finding, finding } from './finding.js';
import { valueText } from '../../domain/objects/difference.js';
import { digits, isSameNumber } from '../../domain/sip/e164.js';
import { throughGroup } from './trunkGroups.js';
import type { ExistingConnection } from './existingConnection.js';
import { reachedTrunk } from '../discovery/reach.js';

/**
 * Problems of all numbers, in the order of the request. `now` in milliseconds since the epoch. `mayChange`:
 * numbers that the connection has already may be changed, so that it is no problem where they are not as
 * asked.
 */
export function numberFindings(
  request: Request,
  facts: Facts,
  existing: ExistingConnection | undefined,
  now: number,
  mayChange: boolean,
): readonly Finding[] {
  const imports = byDigits(facts.phoneNumbers ?? []);
  const findings = request.numbers.flatMap((entry, at) => {
    const path = `numbers[${String(at)}]`;
    const { number } = entry;
    const did = didOf(facts, number);
    const imported = imports.get(digits(number)) ?? [];
    const bound = boundTo(existing, imported);
    const isChanged = mayChange && bound !== undefined;
    return [
      ...(facts.dids === undefined ? [] : ownershipFindings(number, did, now)),
      ...(did === undefined ? [] : routingComplaints(request, facts, existing, did, isChanged)),
      ...(facts.credentials === undefined ? [] : importFindings(number, imported, facts.credentials, existing)),
    ]
      .map(([provider, message, action]) => finding(provider, `${path}.number`, message, action))
      .concat(isChanged ? [] : keptFindings(request, entry, path, bound));
  });
  return [...findings, ...callFromFindings(request, facts)];
}

/** The numbers as they are found, in the order of the request. Only of facts without a finding. */
export function numberStatuses(
  request: Request,
  facts: Facts,
  existing: ExistingConnection | undefined,
): readonly NumberStatus[] {
  const imports = byDigits(facts.phoneNumbers ?? []);
  return request.numbers.map((entry): NumberStatus => {
    const did = didOf(facts, entry.number);
    const bound = boundTo(existing, imports.get(digits(entry.number)) ?? []);
    const now = did?.routing ?? null;
    const isRoutedToUs = now?.kind === 'trunk' && now.id === existing?.inboundTrunk?.id;
    const routing =
      now !== null && !isRoutedToUs && isOurRouting(request, facts, existing, now)
        ? remembered(facts, entry.number)
        : now;
    return {
      ...entry,
      didId: did?.id ?? '',
      routing,
      ...(bound === undefined ? {} : { phoneNumberId: bound.id }),
      kept: bound !== undefined && isRoutedToUs,
    };
  });
}

/**
 * What DIDWW says of whether the number can take and make calls (docs/providers/didww.md, DIDs and routing;
 * Capacity and balance).
 */
function ownershipFindings(number: string, did: Did | undefined, now: number): readonly Complaint[] {
  if (did === undefined) {
    return [
      [
        'didww',
        `The DIDWW account does not own ${number}.`,
        'Check its digits, or buy it in this DIDWW account first.',
      ],
    ];
  }
  return [...stateComplaints(did, now), ...featureComplaints(did), ...capacityComplaints(did)];
}

/** `blocked` is true whatever the reason is, so it is told only where no other one is known. */
function stateComplaints(did: Did, now: number): readonly Complaint[] {
  const { number, terminated, awaitingRegistration, expiresAt, blocked } = did;
  const reasons: Complaint[] = [];
  if (terminated)
    reasons.push(['didww', `${number} is cancelled at DIDWW.`, 'Restore it at DIDWW, or use another number.']);
  if (awaitingRegistration) {
    reasons.push([
      'didww',
      `${number} awaits its registration.`,
      'Complete its registration at DIDWW; that can take days.',
    ]);
  }
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now) {
    reasons.push(['didww', `${number} expired on ${expiresAt.slice(0, 10)}.`, 'Renew it at DIDWW.']);
  }
  if (blocked && reasons.length === 0) {
    reasons.push([
      'didww',
      `${number} is blocked at DIDWW.`,
      'Unblock it at DIDWW, or ask its support why it is blocked.',
    ]);
  }
  return reasons;
}

function featureComplaints({ number, features }: Did): readonly Complaint[] {
  const needed = [
    ['voice_in', 'cannot take voice calls'],
    ['voice_out', 'cannot be used as a caller id'],
  ] as const;
  return needed
    .filter(([feature]) => !features.includes(feature))
    .map(([feature, lack]) => ['didww', `${number} ${lack} (no ${feature}).`, `Use a number that has ${feature}.`]);
}

function capacityComplaints(did: Did): readonly Complaint[] {
  if (did.isMetered || did.sharedCapacity !== undefined || ownChannels(did) > 0) return [];
  return [
    [
      'didww',
      `${did.number} has no capacity: no channel is included, assigned or shared.`,
      'Assign it channels or a capacity group at DIDWW.',
    ],
  ];
}

function routingComplaints(
  request: Request,
  facts: Facts,
  existing: ExistingConnection | undefined,
  { number, routing }: Did,
  isChanged: boolean,
): readonly Complaint[] {
  if (facts.inboundTrunks === undefined || routing === null || isOurRouting(request, facts, existing, routing))
    return [];
  const ours = reachedTrunk(routing, ourInboundTrunks(request, facts, existing));
  if (ours !== undefined && routing.kind === 'group') return [throughGroup(number, ours)];
  if (isChanged) return [];
  if (request.routing.replaceExisting) return otherConnectionComplaints(facts, number, routing);
  return [
    [
      'didww',
      `${number} is routed to ${routing.kind === 'trunk' ? 'trunk' : 'trunk group'} ${routing.id} at DIDWW.`,
      'Set routing.replaceExisting to true to take it over (a rollback or offboard gives it back), or remove that routing.',
    ],
  ];
}

/**
 * A number that another connection carries is never taken over: its import, caller ids and undo are that
 * connection's.
 */
function otherConnectionComplaints(
  { takenFrom }: Facts,
  number: string,
  routing: NonNullable<Did['routing']>,
): readonly Complaint[] {
  const trunk = takenFrom.find(({ id }) => id === routing.id);
  const other = connectionOfReference(trunk?.reference);
  if (trunk === undefined || other === undefined) return [];
  return [
    [
      'didww',
      `${number} is routed at DIDWW to the trunk "${trunk.name}" (${trunk.id}) of the connection ${other}.`,
      `Take it out of that connection first (patchbay offboard ${other}), or leave the number out of the request.`,
    ],
  ];
}

function importFindings(
  number: string,
  imported: readonly PhoneNumber[],
  credentials: readonly Credential[],
  existing: ExistingConnection | undefined,
): readonly Complaint[] {
  return imported
    .filter(({ credentialId }) => existing === undefined || credentialId !== existing.inboundCredential.id)
    .map(({ id, credentialId, provider }): Complaint => {
      const name = credentials.find((credential) => credential.id === credentialId)?.name;
      const other = /^patchbay ([a-z0-9-]+) (?:in|out|both)$/.exec(name ?? '')?.[1];
      const holder =
        credentialId === undefined
          ? `from ${provider ?? 'elsewhere'}`
          : `on credential ${credentialId}${name === undefined ? '' : ` "${name}"`}`;
      const action =
        other === undefined
          ? 'Remove that phone number at Vapi, or leave the number out of the request.'
          : `It belongs to connection ${other}: patchbay offboard ${other}, or leave the number out of the request.`;
      return ['vapi', `${number} is imported in Vapi already, as phone number ${id} ${holder}.`, action];
    });
}

/**
 * An onboarding keeps a number that the connection has already only as it is: changing who answers it would
 * move its live calls.
 */
function keptFindings(
  request: Request,
  entry: RequestedNumber,
  path: string,
  bound: PhoneNumber | undefined,
): readonly Finding[] {
  if (bound === undefined) return [];
  const desired = { ...entry, region: request.region, credentialId: bound.credentialId ?? '' };
  return importDifferences(desired, bound).map(({ attribute, desired: asked, found }) =>
    finding(
      'vapi',
      `${path}.${attribute === 'label' ? 'label' : 'assistantId'}`,
      `${entry.number} belongs to the connection already, and its ${attribute} is ${valueText(found)}; the request asks for ${valueText(asked)}.`,
      `Ask for the current settings, or change it at Vapi (phone number ${bound.id}), then run the request for ${request.connection} again.`,
    ),
  );
}

function callFromFindings({ verification, numbers }: Request, { phoneNumbers }: Facts): readonly Finding[] {
  const { callFrom } = verification;
  if (callFrom === null || phoneNumbers === undefined) return [];
  const known = [...numbers, ...phoneNumbers].some(({ number }) => isSameNumber(number, callFrom));
  if (known) return [];
  return [
    finding(
      'vapi',
      'verification.callFrom',
      `${callFrom} is not among the phone numbers of the Vapi organisation, so no test call can come from it.`,
      'Name a number that is imported in Vapi, or leave verification.callFrom out.',
    ),
  ];
}

/** The DID of a number, where it was found. */
export const didOf = ({ dids }: Facts, number: string): Did | undefined => dids?.find((did) => did.number === number);

/** Which of these imports is bound to the credential of an existing connection. */
export const boundTo = (
  existing: ExistingConnection | undefined,
  imported: readonly PhoneNumber[],
): PhoneNumber | undefined =>
  imported.find(({ credentialId }) => existing !== undefined && credentialId === existing.inboundCredential.id);

/** Still routed to a leftover of ours: where it went before stands in that trunk's description. */
const remembered = ({ inboundTrunks = [] }: Facts, number: string): Routing =>
  inboundTrunks
    .flatMap(({ description }) => readPreviousRoutings(description))
    .find((previous) => previous.number === number)?.routing ?? null;

/**
 * The inbound trunks that are the connection's. Of one that stands that is its trunk, whatever its name is:
 * somebody may have given that to a copy.
 */
function ourInboundTrunks(
  { connection }: Request,
  { inboundTrunks = [] }: Facts,
  existing: ExistingConnection | undefined,
): readonly InboundTrunk[] {
  if (existing === undefined) return namesakesOf(inboundTrunks, trunkName(connection, 'in'));
  return existing.inboundTrunk === undefined ? [] : [existing.inboundTrunk];
}

/** Whether a routing leads to the connection's trunk itself. */
export const isOurRouting = (
  request: Request,
  facts: Facts,
  existing: ExistingConnection | undefined,
  { kind, id }: NonNullable<Did['routing']>,
): boolean => kind === 'trunk' && ourInboundTrunks(request, facts, existing).some((trunk) => trunk.id === id);

/** Simultaneous calls that the number brings along itself. */
export const ownChannels = ({ channelsIncluded, channelsDedicated }: Did): number =>
  channelsIncluded + channelsDedicated;

/** Imports by the digits of their number: a thousand are looked up one by one. */
export function byDigits(phoneNumbers: readonly PhoneNumber[]): ReadonlyMap<string, readonly PhoneNumber[]> {
  const found = new Map<string, PhoneNumber[]>();
  for (const phoneNumber of phoneNumbers) {
    if (phoneNumber.number === undefined) continue;
    const key = digits(phoneNumber.number);
    found.set(key, [...(found.get(key) ?? []), phoneNumber]);
  }
  return found;
}
