/**
 * What in the configuration of both accounts keeps calls from getting through: each attribute against what the providers' documents ask for.
 * Belongs here: the comparison. Does not: reading the accounts (`activities/testCallInspection.ts`), weighing (`verdict*.ts`).
 */
import type { Check, Side } from './result.js';
import {
  DIDWW_OUTBOUND_HOSTS,
  DIDWW_SIGNALLING_IPS,
  didwwTransportId,
  ingressHost,
  normaliseCidr,
  portFor,
  type Region,
  SIP_TRANSPORTS,
  VAPI,
} from './sip.js';
import type { Finding } from './testCallFacts.js';

/** A gateway of a Vapi credential (docs/providers/vapi.md, Credentials). */
export interface GatewaySetting {
  readonly ip: string;
  readonly port: number;
  readonly netmask: number;
  readonly inboundEnabled: boolean;
  readonly outboundEnabled: boolean;
  readonly outboundProtocol: string;
}

/** Both accounts as far as test calls depend on them. Of secrets only whether they agree. Absent: not there. */
export interface Configuration {
  readonly region: Region;
  readonly transfer?: { readonly destination: string };
  readonly balanceUsd: number;
  readonly outboundTrunk?: {
    readonly id: string;
    readonly status: string;
    readonly thresholdReached: boolean;
    readonly authenticationMethod: string;
    readonly allowedSipIps: readonly string[];
    readonly defaultDstAction: string;
    readonly dstPrefixes: readonly string[];
    readonly mediaEncryptionMode: string;
    readonly capacityLimit: number | null;
    readonly onCliMismatchAction: string;
    readonly allowAnyDidAsCli: boolean;
    readonly didIds: readonly string[];
    readonly techPrefix: string | null;
  };
  readonly inboundTrunk?: {
    readonly id: string;
    readonly type: string;
    readonly host: string | null;
    readonly port: number | null;
    readonly username: string | null;
    readonly transportProtocolId: number | null;
    readonly networkProtocolPriority: string | null;
    readonly mediaEncryptionMode: string | null;
    readonly codecIds: readonly number[];
    readonly enabledSipRegistration: boolean;
    readonly maxTransfers: number;
    readonly capacityLimit: number | null;
    readonly authEnabled: boolean;
    /** Its user and password are the outbound trunk's. */
    readonly hasPairOfOutbound: boolean;
  };
  readonly outboundCredential?: CredentialSetting;
  readonly inboundCredential?: CredentialSetting;
  readonly tool?: {
    readonly id: string;
    readonly destinations: readonly (string | undefined)[];
    readonly sipVerbs: readonly (string | undefined)[];
  };
  readonly assistants: readonly {
    readonly id: string;
    readonly exists: boolean;
    readonly hasTool: boolean;
    readonly danglingToolIds: readonly string[];
  }[];
  readonly numbers: readonly NumberSetting[];
}

/** A Vapi credential; the password is never readable. */
export interface CredentialSetting {
  readonly id: string;
  readonly gateways: readonly GatewaySetting[];
  readonly hasUserOfOutbound: boolean;
}

/** A number on both sides. */
export interface NumberSetting {
  readonly number: string;
  readonly assistantId: string;
  readonly did?: {
    readonly id: string;
    readonly blocked: boolean;
    readonly awaitingRegistration: boolean;
    readonly terminated: boolean;
    readonly isExpired: boolean;
    readonly isRoutedToUs: boolean;
    readonly features: readonly string[];
    readonly capacityLimit: number | null;
  };
  readonly phoneNumber?: { readonly id: string; readonly status?: string; readonly assistantId?: string };
}

/** Everything that is not as calls need it, most telling first; empty where nothing is. */
export function findingsOf(configuration: Configuration): readonly Finding[] {
  return [
    ...moneyFindings(configuration),
    ...outboundTrunkFindings(configuration),
    ...outboundCredentialFindings(configuration),
    ...configuration.numbers.flatMap((number) => numberFindings(configuration, number)),
    ...inboundTrunkFindings(configuration),
    ...inboundCredentialFindings(configuration),
    ...transferFindings(configuration),
  ];
}

const PUT_BACK = 'Set it back at DIDWW, or offboard the connection and set it up again.';
const PUT_BACK_VAPI = 'Set it back at Vapi, or offboard the connection and set it up again.';
const BOTH = ['inbound', 'outbound', 'transfer'] as const;
const OUT = ['outbound'] as const;
const IN = ['inbound'] as const;
const REFER = ['transfer'] as const;

function finding(side: Side, affects: readonly Check[], cause: string, action: string, number?: string): Finding {
  return { side, affects, verdict: 'failed', cause, action, ...(number === undefined ? {} : { number }) };
}

function moneyFindings({ balanceUsd, outboundTrunk }: Configuration): readonly Finding[] {
  const empty: Finding = {
    side: 'billing',
    affects: BOTH,
    verdict: 'inconclusive',
    cause: 'The DIDWW balance is used up',
    action: 'Top up the DIDWW balance, then run the verification again.',
  };
  const spent: Finding = {
    side: 'billing',
    affects: ['outbound', 'transfer'],
    verdict: 'inconclusive',
    cause: "The outbound trunk's daily spend limit is reached",
    action: 'Wait a day or raise the limit (limits.dailySpendUsd), then run the verification again.',
  };
  return [...(balanceUsd <= 0 ? [empty] : []), ...(outboundTrunk?.thresholdReached === true ? [spent] : [])];
}

/** docs/providers/didww.md, Outbound trunks; Caller id. */
function outboundTrunkFindings({ outboundTrunk: trunk, region, numbers }: Configuration): readonly Finding[] {
  const affects = ['outbound', 'transfer'] as const;
  if (trunk === undefined)
    return [finding('didww', affects, 'The outbound trunk is not there', 'Set the connection up again.')];
  const named = `The outbound trunk ${trunk.id}`;
  const missing = (ips: readonly string[]): readonly string[] =>
    ips.filter((ip) => !trunk.allowedSipIps.some((allowed) => covers(allowed, ip)));
  const vapiMissing = missing(VAPI[region].signallingIps);
  const strangers =
    trunk.allowAnyDidAsCli || trunk.onCliMismatchAction !== 'reject_call'
      ? []
      : numbers.filter(({ did }) => did !== undefined && !trunk.didIds.includes(did.id));
  return [
    ...(trunk.status === 'active'
      ? []
      : [finding('didww', affects, `${named} has the status ${trunk.status}`, PUT_BACK)]),
    ...(trunk.authenticationMethod === 'credentials_and_ip'
      ? []
      : [
          finding(
            'didww',
            affects,
            `${named} authenticates by ${trunk.authenticationMethod}, not by credentials_and_ip`,
            PUT_BACK,
          ),
        ]),
    ...(vapiMissing.length === 0
      ? []
      : [finding('didww', OUT, `${named} does not allow Vapi's addresses ${vapiMissing.join(', ')}`, PUT_BACK)]),
    ...(trunk.defaultDstAction === 'allow_all' && trunk.dstPrefixes.length === 0
      ? []
      : [
          finding(
            'didww',
            affects,
            `${named} restricts destinations (${trunk.defaultDstAction}, ${trunk.dstPrefixes.join(', ')})`,
            PUT_BACK,
          ),
        ]),
    ...(trunk.mediaEncryptionMode === 'disabled'
      ? []
      : [finding('didww', OUT, `${named} asks for encrypted media (${trunk.mediaEncryptionMode})`, PUT_BACK)]),
    ...(trunk.techPrefix === null
      ? []
      : [finding('didww', affects, `${named} asks for the tech prefix ${trunk.techPrefix}`, PUT_BACK)]),
    ...strangers.map(({ number }) =>
      finding('didww', OUT, `${named} does not allow ${number} as caller id`, PUT_BACK, number),
    ),
  ];
}

/** docs/providers/vapi.md, Credentials; Pitfalls 7. */
function outboundCredentialFindings({ outboundCredential: credential }: Configuration): readonly Finding[] {
  if (credential === undefined)
    return [finding('vapi', OUT, 'The outbound credential is not there', 'Set the connection up again.')];
  const named = `The outbound credential ${credential.id}`;
  const gateways = credential.gateways.filter(({ outboundEnabled }) => outboundEnabled);
  const wrongHost = gateways.filter(({ ip }) => !(DIDWW_OUTBOUND_HOSTS as readonly string[]).includes(ip));
  const wrongPort = gateways.filter(
    ({ port, outboundProtocol }) => port !== (outboundProtocol.startsWith('tls') ? 5061 : 5060),
  );
  return [
    ...(gateways.length > 0 ? [] : [finding('vapi', OUT, `${named} has no outbound gateway`, PUT_BACK_VAPI)]),
    ...(credential.hasUserOfOutbound
      ? []
      : [finding('vapi', OUT, `${named} does not hold the outbound trunk's user`, PUT_BACK_VAPI)]),
    ...wrongHost.map(({ ip }) =>
      finding('vapi', OUT, `${named} calls ${ip}, which is no outbound host of DIDWW`, PUT_BACK_VAPI),
    ),
    ...wrongPort.map(({ port, outboundProtocol }) =>
      finding('vapi', OUT, `${named} calls port ${String(port)} by ${outboundProtocol}`, PUT_BACK_VAPI),
    ),
    ...gateways
      .filter(({ outboundProtocol }) => outboundProtocol === 'tls/srtp')
      .map(() => finding('vapi', OUT, `${named} asks for encrypted media`, PUT_BACK_VAPI)),
  ];
}

/** docs/providers/didww.md, DIDs and routing; Capacity and balance. docs/providers/vapi.md, Phone numbers. */
function numberFindings({ assistants }: Configuration, entry: NumberSetting): readonly Finding[] {
  const { number, did, phoneNumber, assistantId } = entry;
  const at = (side: Side, cause: string, action: string): Finding =>
    finding(side, ['inbound', 'transfer'], cause, action, number);
  const ofDid =
    did === undefined
      ? [
          at(
            'didww',
            `${number} is no number of the DIDWW account`,
            'Use the API key of the account that owns the number.',
          ),
        ]
      : [
          ...(did.terminated ? [at('didww', `${number} is terminated at DIDWW`, 'Restore the number at DIDWW.')] : []),
          ...(did.awaitingRegistration
            ? [at('didww', `${number} awaits registration at DIDWW`, 'Complete its registration at DIDWW.')]
            : []),
          ...(did.isExpired ? [at('didww', `${number} has expired at DIDWW`, 'Renew the number at DIDWW.')] : []),
          ...(did.blocked ? [at('didww', `${number} is blocked at DIDWW`, 'Unblock the number at DIDWW.')] : []),
          ...(did.features.includes('voice_in')
            ? []
            : [at('didww', `${number} takes no calls (no voice_in)`, 'Choose a number with voice_in.')]),
          ...(did.isRoutedToUs
            ? []
            : [
                at(
                  'didww',
                  `${number} is not routed to the connection's inbound trunk`,
                  'Route the number to the trunk again, or find out who routed it elsewhere.',
                ),
              ]),
        ];
  const assistant = assistants.find(({ id }) => id === assistantId);
  const ofVapi =
    phoneNumber === undefined
      ? [at('vapi', `${number} is not imported with the connection's inbound credential`, 'Import the number again.')]
      : [
          ...(phoneNumber.assistantId === assistantId
            ? []
            : [
                at(
                  'vapi',
                  `${number} is bound to ${phoneNumber.assistantId ?? 'no assistant'}, not to ${assistantId}`,
                  `Bind it to ${assistantId} at Vapi.`,
                ),
              ]),
          ...((phoneNumber.status ?? 'active') === 'active'
            ? []
            : [at('vapi', `${number} has the status ${phoneNumber.status ?? ''} at Vapi`, PUT_BACK_VAPI)]),
        ];
  const ofAssistant =
    assistant?.exists === false
      ? [at('assistant', `The assistant ${assistantId} is not there`, 'Bind the number to an assistant that exists.')]
      : (assistant?.danglingToolIds ?? []).map((id) =>
          at(
            'assistant',
            `The assistant ${assistantId} lists the tool ${id}, which is not there`,
            'Take the tool off the assistant at Vapi.',
          ),
        );
  return [...ofDid, ...ofVapi, ...ofAssistant];
}

/** docs/providers/didww.md, Inbound trunks. */
function inboundTrunkFindings({ inboundTrunk: trunk, inboundCredential, region }: Configuration): readonly Finding[] {
  const affects = ['inbound', 'transfer'] as const;
  if (trunk === undefined)
    return [finding('didww', affects, 'The inbound trunk is not there', 'Set the connection up again.')];
  const named = `The inbound trunk ${trunk.id}`;
  const hosts = [
    ingressHost(region),
    ...(inboundCredential === undefined ? [] : [ingressHost(region, inboundCredential.id)]),
  ];
  const transport = SIP_TRANSPORTS.find((one) => didwwTransportId(one) === trunk.transportProtocolId);
  const wrongPort = trunk.port !== null && transport !== undefined && trunk.port !== portFor(transport);
  const at = (cause: string): Finding => finding('didww', affects, `${named} ${cause}`, PUT_BACK);
  return [
    ...(trunk.type === 'sip_configurations' ? [] : [at(`is no SIP trunk (${trunk.type})`)]),
    ...(hosts.includes(trunk.host ?? '') ? [] : [at(`calls ${trunk.host ?? 'no host'}, not ${hosts.join(' or ')}`)]),
    ...(wrongPort ? [at(`calls port ${String(trunk.port)} by ${transport}`)] : []),
    ...(/^\+?\{DID\}$/.test(trunk.username ?? '')
      ? []
      : [at(`calls the user ${trunk.username ?? '(none)'}, not the number`)]),
    ...(trunk.networkProtocolPriority === 'force_ipv6' ? [at('calls by IPv6 only')] : []),
    ...((trunk.mediaEncryptionMode ?? 'disabled') === 'disabled'
      ? []
      : [at(`offers encrypted media (${trunk.mediaEncryptionMode ?? ''})`)]),
    ...(trunk.codecIds.some((id) => id === 9 || id === 10) ? [] : [at('offers neither PCMU nor PCMA')]),
    ...(trunk.enabledSipRegistration ? [at('waits for a SIP registration')] : []),
  ];
}

/** docs/providers/vapi.md, Pitfalls 2. */
function inboundCredentialFindings({ inboundCredential: credential }: Configuration): readonly Finding[] {
  const affects = ['inbound', 'transfer'] as const;
  if (credential === undefined)
    return [finding('vapi', affects, 'The inbound credential is not there', 'Set the connection up again.')];
  const gateways = credential.gateways.filter(({ inboundEnabled }) => inboundEnabled);
  const missing = DIDWW_SIGNALLING_IPS.filter(
    (ip) => !gateways.some((one) => covers(`${one.ip}/${String(one.netmask)}`, ip)),
  );
  if (missing.length === 0) return [];
  return [
    finding(
      'vapi',
      affects,
      `The inbound credential ${credential.id} has no gateway for DIDWW's ${missing.join(', ')}`,
      PUT_BACK_VAPI,
    ),
  ];
}

/** The conditions of a REFER: docs/providers/didww.md, Transfers (REFER). */
function transferFindings(configuration: Configuration): readonly Finding[] {
  const { transfer, inboundTrunk, outboundTrunk, inboundCredential, tool, assistants } = configuration;
  if (transfer === undefined) return [];
  const missing = DIDWW_SIGNALLING_IPS.filter(
    (ip) => !(outboundTrunk?.allowedSipIps ?? []).some((allowed) => covers(allowed, ip)),
  );
  const wanted = transfer.destination.replace(/\D/g, '');
  const goesElsewhere = tool?.destinations.find((uri) => userOf(uri) !== wanted);
  const offHost = tool?.destinations.find((uri) => !isAtDidww(uri));
  return [
    ...(inboundTrunk === undefined || inboundTrunk.maxTransfers >= 1
      ? []
      : [
          finding(
            'didww',
            REFER,
            `The inbound trunk ${inboundTrunk.id} allows no transfers (max_transfers 0)`,
            PUT_BACK,
          ),
        ]),
    ...(inboundTrunk === undefined || (inboundTrunk.authEnabled && inboundTrunk.hasPairOfOutbound)
      ? []
      : [
          finding(
            'didww',
            REFER,
            `The inbound trunk ${inboundTrunk.id} does not hold the outbound trunk's user and password`,
            PUT_BACK,
          ),
        ]),
    ...(outboundTrunk === undefined || missing.length === 0
      ? []
      : [
          finding(
            'didww',
            REFER,
            `The outbound trunk ${outboundTrunk.id} does not allow DIDWW's own ${missing.join(', ')}, which a transfer comes from`,
            PUT_BACK,
          ),
        ]),
    ...(outboundTrunk?.capacityLimit !== null && (outboundTrunk?.capacityLimit ?? 2) < 2
      ? [
          finding(
            'our-request',
            REFER,
            'The outbound trunk has one channel, and a transfer test needs two',
            'Set limits.channels to 2 or more.',
          ),
        ]
      : []),
    ...(inboundCredential === undefined || inboundCredential.hasUserOfOutbound
      ? []
      : [
          finding(
            'vapi',
            REFER,
            `The inbound credential ${inboundCredential.id} does not hold the outbound trunk's user`,
            PUT_BACK_VAPI,
          ),
        ]),
    ...(tool === undefined
      ? [finding('vapi', REFER, 'The transfer tool is not there', 'Set the connection up again.')]
      : []),
    ...(tool === undefined || (goesElsewhere === undefined && offHost === undefined)
      ? []
      : [
          finding(
            'vapi',
            REFER,
            `The transfer tool ${tool.id} goes to ${goesElsewhere ?? offHost ?? 'nowhere'}`,
            PUT_BACK_VAPI,
          ),
        ]),
    ...(tool?.sipVerbs.some((verb) => (verb ?? 'refer') !== 'refer') === true
      ? [finding('vapi', REFER, `The transfer tool ${tool.id} does not transfer by REFER`, PUT_BACK_VAPI)]
      : []),
    ...assistants
      .filter(({ exists, hasTool }) => exists && !hasTool && tool !== undefined)
      .map(({ id }) =>
        finding(
          'assistant',
          REFER,
          `The assistant ${id} does not have the transfer tool`,
          'Add the tool to the assistant at Vapi.',
        ),
      ),
  ];
}

const userOf = (uri: string | undefined): string =>
  (/^<?sips?:([^@;>]+)/i.exec(uri ?? '')?.[1] ?? uri ?? '').replace(/\D/g, '');
const isAtDidww = (uri: string | undefined): boolean =>
  DIDWW_OUTBOUND_HOSTS.some((host) => uri?.includes(`@${host}`) === true);

/** Whether a CIDR block holds all of another address or block. IPv4. */
function covers(block: string, address: string): boolean {
  const [outer, inner] = [parse(block), parse(address)];
  if (outer === undefined || inner === undefined || outer.bits > inner.bits) return false;
  const mask = outer.bits === 0 ? 0 : (0xffffffff << (32 - outer.bits)) >>> 0;
  return (outer.value & mask) >>> 0 === (inner.value & mask) >>> 0;
}

function parse(text: string): { readonly value: number; readonly bits: number } | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(normaliseCidr(text));
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 32] = match.slice(1).map(Number);
  return { value: ((a << 24) | (b << 16) | (c << 8) | d) >>> 0, bits };
}
