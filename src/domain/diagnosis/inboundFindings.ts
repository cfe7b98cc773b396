/**
 * What in the configuration keeps calls from getting in: the number, the inbound trunk, the inbound
 * credential.
 */
import { covers } from '../sip/cidr.js';
import { ANEW, type Configuration, differing, finding, type NumberSetting, findingIf } from './configuration.js';
import type { Check, Side } from '../../contract/result.js';
import { portFor, SIP_TRANSPORTS, SPEECH_CODECS } from '../sip/sip.js';
import { DIDWW_SIGNALLING_IPS, ingressHost } from '../sip/addresses.js';
import type { Finding } from '../calls/evidence.js';

/** A transfer begins on an inbound call. */
const IN = ['inbound', 'transfer'] as const;
/** A number that Vapi does not serve can neither call nor be called. */
const ALL = ['inbound', 'outbound', 'transfer'] as const;

/** A number on both sides, and who answers it. */
export function numberFindings(configuration: Configuration, entry: NumberSetting): readonly Finding[] {
  const { assistants, inboundTrunk } = configuration;
  const of: Named = (side, cause, action, affects = IN) => finding(side, affects, cause, action, entry.number);
  return [
    ...didFindings(entry, inboundTrunk?.id, of),
    ...importFindings(entry, of),
    ...assistantFindings(entry, assistants, of),
  ];
}

type Named = (side: Side, cause: string, action: string, affects?: readonly Check[]) => Finding;

/** docs/providers/didww.md, DIDs and routing; Capacity and balance. */
function didFindings({ number, did }: NumberSetting, trunkId: string | undefined, of: Named): readonly Finding[] {
  if (did === undefined) {
    const action = `Use the API key of the DIDWW account that owns ${number}, or take the number out of the connection.`;
    return [of('didww', `${number} is no number of the DIDWW account`, action)];
  }
  const is = (condition: boolean, attribute: string, found: string, action: string): readonly Finding[] =>
    findingIf(condition, of('didww', `${attribute} of the number ${number} is ${found} at DIDWW`, action));
  return [
    ...is(did.terminated, 'terminated', 'true', `Restore ${number} at DIDWW: it was cancelled.`),
    ...is(
      did.awaitingRegistration,
      'awaiting_registration',
      'true',
      `Complete the registration of ${number} at DIDWW.`,
    ),
    ...is(did.isExpired, 'expires_at', 'in the past', `Renew ${number} at DIDWW.`),
    ...is(did.blocked, 'blocked', 'true', `Unblock ${number} at DIDWW, or ask DIDWW support why it is blocked.`),
    ...is(
      !did.features.includes('voice_in'),
      'did_group.features',
      'without voice_in',
      'Choose a number with voice_in.',
    ),
    ...is(
      did.channels === 0,
      'channels_included_count + dedicated_channels_count',
      '0',
      `Give ${number} channels or a capacity group at DIDWW.`,
    ),
    // Where the trunk itself is gone, that is the cause, and there is nothing to route to.
    ...is(
      trunkId !== undefined && !did.isRoutedToUs && did.isThroughGroup !== true,
      'voice_in_trunk / voice_in_trunk_group',
      `${did.routedTo ?? 'null'}, not the connection's inbound trunk ${trunkId ?? ''}`,
      `Find out who routed ${number} ${did.routedTo === undefined ? 'nowhere' : `to ${did.routedTo}`}, then route it to the inbound trunk ${trunkId ?? ''} at DIDWW.`,
    ),
  ];
}

/**
 * Numbers whose calls come in through a trunk group, which may send them over another trunk than ours: told
 * last, as it breaks nothing by itself (docs/providers/didww.md, Inbound trunks).
 */
export const groupFindings = ({ numbers, inboundTrunk }: Configuration): readonly Finding[] =>
  numbers.flatMap(({ number, did }) =>
    findingIf(
      inboundTrunk !== undefined && did?.isThroughGroup === true,
      finding(
        'didww',
        IN,
        `The number ${number} is routed at DIDWW to ${did?.routedTo ?? ''}, which holds the connection's inbound trunk ${inboundTrunk?.id ?? ''} and may send calls over another trunk`,
        `Look at DIDWW which trunks that group tries first, or route ${number} to the inbound trunk ${inboundTrunk?.id ?? ''} itself.`,
        number,
      ),
    ),
  );

/** docs/providers/vapi.md, Phone numbers. */
function importFindings({ number, assistantId, phoneNumber }: NumberSetting, of: Named): readonly Finding[] {
  if (phoneNumber === undefined) {
    const cause = `${number} is not imported at Vapi with the connection's inbound credential`;
    return [of('vapi', cause, `Import ${number} again. ${ANEW}`, ALL)];
  }
  const { status = 'active', assistantId: bound = 'no assistant' } = phoneNumber;
  const desired = assistantId ?? 'an assistant';
  return [
    ...findingIf(
      bound !== assistantId,
      of(
        'vapi',
        `assistantId of the number ${number} is ${bound}, not ${desired}`,
        `Bind ${number} to ${assistantId === undefined ? 'its assistant' : `the assistant ${assistantId}`} at Vapi (assistantId), or name the other one in the request.`,
      ),
    ),
    ...findingIf(
      status !== 'active',
      of(
        'vapi',
        `status of the number ${number} is ${status} at Vapi, not active`,
        `Ask Vapi support why the status of ${number} is ${status}; once it is active, run the verification again.`,
        ALL,
      ),
    ),
  ];
}

/** docs/providers/vapi.md, Assistants; Pitfalls 11. */
function assistantFindings(
  { assistantId }: NumberSetting,
  assistants: Configuration['assistants'],
  of: Named,
): readonly Finding[] {
  const assistant = assistants.find(({ id }) => id === assistantId);
  const named = `the assistant ${assistantId ?? ''}`; // without one, none is found
  return [
    ...findingIf(
      assistant?.exists === false,
      of('assistant', `T${named.slice(1)} is not there`, 'Bind the number to an assistant that exists at Vapi.'),
    ),
    ...(assistant?.danglingToolIds ?? []).map((id) =>
      of(
        'assistant',
        `model.toolIds of ${named} holds ${id}, a tool that is not there`,
        `Take the tool ${id} out of model.toolIds of ${named} at Vapi, or make it again; then retry.`,
      ),
    ),
  ];
}

/**
 * docs/providers/didww.md, Inbound trunks; for host, port and transport also docs/providers/vapi.md,
 * Regions and addresses.
 */
export function inboundTrunkFindings(configuration: Configuration): readonly Finding[] {
  const { inboundTrunk: trunk, inboundCredential, region } = configuration;
  if (trunk === undefined) return [finding('didww', IN, 'The inbound trunk is not there', ANEW)];
  const of = (attribute: string, found: string, desired: string): Finding =>
    differing('didww', IN, { of: `the inbound trunk ${trunk.id}`, attribute, found, desired });
  const ofCredential = inboundCredential === undefined ? [] : [ingressHost(region, inboundCredential.id)];
  const hosts = [ingressHost(region), ...ofCredential];
  const { host, port, username, mediaEncryptionMode, codecs } = trunk;
  const transport = SIP_TRANSPORTS.find((one) => one === trunk.transport) ?? 'udp';
  const hasCodec = codecs.some((codec) => SPEECH_CODECS.includes(codec));
  const media = mediaEncryptionMode ?? 'disabled';
  return [
    ...findingIf(trunk.type !== 'sip_configurations', of('configuration', trunk.type, 'sip_configurations')),
    ...findingIf(trunk.enabledSipRegistration, of('enabled_sip_registration', 'true', 'false')),
    ...findingIf(!hosts.includes(host ?? ''), of('host', host ?? 'null', hosts.join(' or '))),
    ...findingIf(
      port !== null && port !== portFor(transport),
      of(`port (transport ${transport})`, String(port), String(portFor(transport))),
    ),
    ...findingIf(!/^\+?\{DID\}$/.test(username ?? ''), of('username', username ?? 'null', '+{DID}')),
    ...findingIf(
      trunk.networkProtocolPriority === 'force_ipv6',
      of('network_protocol_priority', 'force_ipv6', 'force_ipv4 or prefer_ipv4'),
    ),
    ...findingIf(media !== 'disabled', of('media_encryption_mode', media, 'disabled')),
    ...findingIf(!hasCodec, of('codecs', codecs.join(', '), `with ${SPEECH_CODECS.join(' or ')} in it`)),
  ];
}

/** docs/providers/vapi.md, Pitfalls 2; docs/providers/didww.md, Signalling addresses. */
export function inboundCredentialFindings({ inboundCredential: credential }: Configuration): readonly Finding[] {
  if (credential === undefined) return [finding('vapi', IN, 'The inbound credential is not there', ANEW)];
  const gateways = credential.gateways.filter(({ inboundEnabled }) => inboundEnabled);
  const blocks = gateways.map(({ ip, netmask }) => `${ip}/${String(netmask)}`);
  const lacks = DIDWW_SIGNALLING_IPS.filter((ip) => !blocks.some((block) => covers(block, ip))).join(', ');
  const named = `the inbound credential ${credential.id}`;
  const cause = `gateways of ${named} holds no inbound gateway for DIDWW's ${lacks}`;
  const action = `Add an inbound gateway for ${lacks} to ${named} at Vapi, then retry.`;
  return findingIf(lacks !== '', finding('vapi', IN, cause, action));
}
