/** What in the configuration keeps calls from getting in: the number, the inbound trunk, the inbound credential. */
import {
  type Configuration,
  covers,
  finding,
  type NumberSetting,
  PUT_BACK,
  PUT_BACK_VAPI,
  where,
} from './diagnosisConfiguration.js';
import type { Side } from './result.js';
import { CODEC_IDS, DIDWW_SIGNALLING_IPS, didwwTransportId, ingressHost, portFor, SIP_TRANSPORTS } from './sip.js';
import type { Finding } from './testCallFacts.js';

/** A transfer begins on an inbound call. */
const IN = ['inbound', 'transfer'] as const;
const AGAIN = 'Set the connection up again.';

/** A number on both sides, and who answers it. */
export function numberFindings({ assistants }: Configuration, entry: NumberSetting): readonly Finding[] {
  const of: Named = (side, cause, action) => finding(side, IN, cause, action, entry.number);
  return [...didFindings(entry, of), ...importFindings(entry, of), ...assistantFindings(entry, assistants, of)];
}

type Named = (side: Side, cause: string, action: string) => Finding;

/** docs/providers/didww.md, DIDs and routing; Capacity and balance. */
function didFindings({ number, did }: NumberSetting, of: Named): readonly Finding[] {
  if (did === undefined) {
    const action = 'Use the API key of the account that owns the number.';
    return [of('didww', `${number} is no number of the DIDWW account`, action)];
  }
  const { terminated, awaitingRegistration, isExpired, blocked, isRoutedToUs } = did;
  const route = 'Route the number to the trunk again, or find out who routed it elsewhere.';
  return [
    ...where(terminated, of('didww', `${number} is terminated at DIDWW`, 'Restore the number at DIDWW.')),
    ...where(awaitingRegistration, of('didww', `${number} awaits registration`, 'Complete its registration at DIDWW.')),
    ...where(isExpired, of('didww', `${number} has expired at DIDWW`, 'Renew the number at DIDWW.')),
    ...where(blocked, of('didww', `${number} is blocked at DIDWW`, 'Unblock the number at DIDWW.')),
    ...where(
      !did.features.includes('voice_in'),
      of('didww', `${number} takes no calls (no voice_in)`, 'Choose a number with voice_in.'),
    ),
    ...where(!isRoutedToUs, of('didww', `${number} is not routed to the connection's inbound trunk`, route)),
  ];
}

/** docs/providers/vapi.md, Phone numbers. */
function importFindings({ number, assistantId, phoneNumber }: NumberSetting, of: Named): readonly Finding[] {
  if (phoneNumber === undefined) {
    return [
      of('vapi', `${number} is not imported with the connection's inbound credential`, 'Import the number again.'),
    ];
  }
  const { status = 'active', assistantId: bound = 'no assistant' } = phoneNumber;
  return [
    ...where(
      bound !== assistantId,
      of('vapi', `${number} is bound to ${bound}, not to ${assistantId}`, `Bind it to ${assistantId} at Vapi.`),
    ),
    ...where(status !== 'active', of('vapi', `${number} has the status ${status} at Vapi`, PUT_BACK_VAPI)),
  ];
}

/** docs/providers/vapi.md, Assistants; Pitfalls 11. */
function assistantFindings(
  { assistantId }: NumberSetting,
  assistants: Configuration['assistants'],
  of: Named,
): readonly Finding[] {
  const assistant = assistants.find(({ id }) => id === assistantId);
  const named = `The assistant ${assistantId}`;
  return [
    ...where(
      assistant?.exists === false,
      of('assistant', `${named} is not there`, 'Bind the number to an assistant that exists.'),
    ),
    ...(assistant?.danglingToolIds ?? []).map((id) =>
      of('assistant', `${named} lists the tool ${id}, which is not there`, 'Take the tool off the assistant at Vapi.'),
    ),
  ];
}

/** docs/providers/didww.md, Inbound trunks. */
export function inboundTrunkFindings(configuration: Configuration): readonly Finding[] {
  const { inboundTrunk: trunk, inboundCredential, region } = configuration;
  if (trunk === undefined) return [finding('didww', IN, 'The inbound trunk is not there', AGAIN)];
  const of = (cause: string): Finding => finding('didww', IN, `The inbound trunk ${trunk.id} ${cause}`, PUT_BACK);
  const ofCredential = inboundCredential === undefined ? [] : [ingressHost(region, inboundCredential.id)];
  const hosts = [ingressHost(region), ...ofCredential];
  const { host, port, username, mediaEncryptionMode, codecIds } = trunk;
  const transport = SIP_TRANSPORTS.find((one) => didwwTransportId(one) === trunk.transportProtocolId) ?? 'udp';
  const hasCodec = codecIds.some((id) => id === CODEC_IDS.PCMU || id === CODEC_IDS.PCMA);
  const media = mediaEncryptionMode ?? 'disabled';
  return [
    ...where(trunk.type !== 'sip_configurations', of(`is no SIP trunk (${trunk.type})`)),
    ...where(!hosts.includes(host ?? ''), of(`calls ${host ?? 'no host'}, not ${hosts.join(' or ')}`)),
    ...where(port !== null && port !== portFor(transport), of(`calls port ${String(port)} by ${transport}`)),
    ...where(!/^\+?\{DID\}$/.test(username ?? ''), of(`calls the user ${username ?? '(none)'}, not the number`)),
    ...where(trunk.networkProtocolPriority === 'force_ipv6', of('calls by IPv6 only')),
    ...where(media !== 'disabled', of(`offers encrypted media (${media})`)),
    ...where(!hasCodec, of('offers neither PCMU nor PCMA')),
    ...where(trunk.enabledSipRegistration, of('waits for a SIP registration')),
  ];
}

/** docs/providers/vapi.md, Pitfalls 2. */
export function inboundCredentialFindings({ inboundCredential: credential }: Configuration): readonly Finding[] {
  if (credential === undefined) return [finding('vapi', IN, 'The inbound credential is not there', AGAIN)];
  const gateways = credential.gateways.filter(({ inboundEnabled }) => inboundEnabled);
  const blocks = gateways.map(({ ip, netmask }) => `${ip}/${String(netmask)}`);
  const missing = DIDWW_SIGNALLING_IPS.filter((ip) => !blocks.some((block) => covers(block, ip)));
  const cause = `The inbound credential ${credential.id} has no gateway for DIDWW's ${missing.join(', ')}`;
  return where(missing.length > 0, finding('vapi', IN, cause, PUT_BACK_VAPI));
}
