/**
 * What in the configuration keeps a transfer from getting through: the conditions of a REFER
 * (docs/providers/didww.md, Transfers (REFER)).
 */
import { covers } from '../sip/cidr.js';
import { ANEW, type Configuration, differing, finding, findingIf } from './configuration.js';
import { DIDWW_OUTBOUND_HOSTS, DIDWW_SIGNALLING_IPS } from '../sip/addresses.js';
import type { Finding } from '../calls/evidence.js';

const REFER = ['transfer'] as const;

/** Empty where no transfer is wanted. */
export function transferFindings(configuration: Configuration): readonly Finding[] {
  const { transfer } = configuration;
  if (transfer === undefined) return [];
  return [
    ...inboundSide(configuration),
    ...outboundSide(configuration),
    ...toolFindings(configuration, transfer.destination),
    ...assistantFindings(configuration),
  ];
}

/** docs/providers/didww.md, Transfers (REFER): conditions 1, 2 and 5. */
function inboundSide({ inboundTrunk: trunk }: Configuration): readonly Finding[] {
  if (trunk === undefined) return [];
  const of = `the inbound trunk ${trunk.id}`;
  const { maxTransfers, authEnabled, hasPairOfOutbound, networkProtocolPriority: priority } = trunk;
  return [
    ...findingIf(
      maxTransfers === 0,
      differing('didww', REFER, { of, attribute: 'max_transfers', found: '0', desired: '1 or more' }),
    ),
    ...findingIf(
      !authEnabled,
      differing('didww', REFER, { of, attribute: 'auth_enabled', found: 'false', desired: `true, with ${PAIR}` }),
    ),
    ...findingIf(
      authEnabled && !hasPairOfOutbound,
      differing('didww', REFER, { of, attribute: 'auth_user / auth_password', found: 'another pair', desired: PAIR }),
    ),
    // The allow-list of the outbound trunk holds DIDWW's IPv4 addresses alone, and the new leg comes by the
    // trunk's IP version.
    ...findingIf(
      priority === 'any' || priority === 'prefer_ipv6',
      differing('didww', REFER, {
        of,
        attribute: 'network_protocol_priority',
        found: priority ?? '',
        desired: 'prefer_ipv4 or force_ipv4',
      }),
    ),
  ];
}

const PAIR = "the outbound trunk's username and password";

/**
 * docs/providers/didww.md, Transfers (REFER): condition 3; the new leg takes a channel beside the caller's
 * own (Outbound trunks).
 */
function outboundSide({ outboundTrunk: trunk }: Configuration): readonly Finding[] {
  if (trunk === undefined) return [];
  const named = `the outbound trunk ${trunk.id}`;
  const lacks = DIDWW_SIGNALLING_IPS.filter((ip) => !trunk.allowedSipIps.some((one) => covers(one, ip))).join(', ');
  return [
    ...findingIf(
      lacks !== '',
      finding(
        'didww',
        REFER,
        `allowed_sip_ips of ${named} does not hold DIDWW's own ${lacks}, which a transfer comes from`,
        `Add DIDWW's own ${lacks} to allowed_sip_ips of ${named} at DIDWW, then retry.`,
      ),
    ),
    ...findingIf(
      (trunk.capacityLimit ?? 2) < 2,
      finding(
        'our-request',
        REFER,
        `capacity_limit of ${named} is 1, and a transfer test needs 2: the caller's leg and the new one`,
        `Set capacity_limit of ${named} to 2 or more at DIDWW (limits.channels), then retry.`,
      ),
    ),
  ];
}

/** docs/providers/vapi.md, Tools; docs/providers/didww.md, Transfers (REFER): condition 4. */
function toolFindings({ tool }: Configuration, destination: string): readonly Finding[] {
  if (tool === undefined) return [finding('vapi', REFER, 'The transfer tool is not there', ANEW)];
  const of = `the transfer tool ${tool.id}`;
  const verbs = tool.sipVerbs.map((verb) => verb ?? 'refer').filter((verb) => verb !== 'refer');
  return [
    ...findingIf(tool.destinations.length === 0, wrongDestination(tool, 'not there', destination)),
    ...strayDestinations(tool, destination).slice(0, 1),
    ...findingIf(
      verbs.length > 0,
      differing('vapi', REFER, { of, attribute: 'transferPlan.sipVerb', found: verbs[0] ?? '', desired: 'refer' }),
    ),
  ];
}

/** Destinations of a transfer tool that are not the desired one: its assistant may choose any of them. */
export const strayDestinations = (tool: ToolSetting, desired: string): readonly Finding[] =>
  tool.destinations
    .filter((uri) => userOf(uri) !== digits(desired) || !isAtDidww(uri))
    .map((uri) => wrongDestination(tool, uri ?? 'not there', desired));

function wrongDestination({ id }: ToolSetting, found: string, destination: string): Finding {
  const desired = `sip:${destination}@<an outbound host of DIDWW>`;
  return differing('vapi', REFER, {
    of: `the transfer tool ${id}`,
    attribute: 'destinations[].sipUri',
    found,
    desired,
  });
}

type ToolSetting = Pick<NonNullable<Configuration['tool']>, 'id' | 'destinations'>;

/** docs/providers/vapi.md, Assistants; Transfers. */
function assistantFindings({ tool, assistants, numbers }: Configuration): readonly Finding[] {
  return numbers.flatMap(({ number, assistantId }) => {
    const assistant = assistants.find(({ id, exists }) => id === assistantId && exists);
    if (assistant === undefined) return [];
    const named = `the assistant ${assistantId}`;
    return [
      ...findingIf(
        tool !== undefined && !assistant.hasTool,
        finding(
          'assistant',
          REFER,
          `model.toolIds of ${named} does not hold the transfer tool ${tool?.id ?? ''}`,
          `Add the transfer tool ${tool?.id ?? ''} to model.toolIds of ${named} at Vapi, then retry.`,
          number,
        ),
      ),
      ...findingIf(
        assistant.handsOverCallControl,
        finding(
          'assistant',
          REFER,
          `serverMessages of ${named} holds phone-call-control, which blocks transfers`,
          `Take phone-call-control out of serverMessages of ${named} at Vapi, then retry.`,
          number,
        ),
      ),
    ];
  });
}

const digits = (text: string): string => text.replace(/\D/g, '');
const userOf = (uri: string | undefined): string => digits(/^<?sips?:([^@;>]+)/i.exec(uri ?? '')?.[1] ?? uri ?? '');
const isAtDidww = (uri: string | undefined): boolean =>
  DIDWW_OUTBOUND_HOSTS.some((host) => uri?.includes(`@${host}`) === true);
