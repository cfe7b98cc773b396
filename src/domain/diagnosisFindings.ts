/**
 * What in the configuration of both accounts keeps calls from getting through: each attribute against what the providers' documents ask for.
 * Belongs here: the list as a whole, money, and the way out. Does not: the way in (`diagnosisInbound.ts`), transfers (`diagnosisTransfer.ts`),
 * reading the accounts (`activities/testCallInspection.ts`).
 */
import { type Configuration, covers, finding, PUT_BACK, PUT_BACK_VAPI, where } from './diagnosisConfiguration.js';
import { inboundCredentialFindings, inboundTrunkFindings, numberFindings } from './diagnosisInbound.js';
import { transferFindings } from './diagnosisTransfer.js';
import type { Check } from './result.js';
import { DIDWW_OUTBOUND_HOSTS, portFor, VAPI } from './sip.js';
import type { Finding } from './testCallFacts.js';

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

const OUT = ['outbound'] as const;
const AGAIN = 'Set the connection up again.';

function moneyFindings({ balanceUsd, outboundTrunk }: Configuration): readonly Finding[] {
  const empty: Finding = {
    side: 'billing',
    affects: ['inbound', 'outbound', 'transfer'],
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
  return [...where(balanceUsd <= 0, empty), ...where(outboundTrunk?.thresholdReached === true, spent)];
}

/** docs/providers/didww.md, Outbound trunks; Caller id. */
function outboundTrunkFindings({ outboundTrunk: trunk, region, numbers }: Configuration): readonly Finding[] {
  const affects = ['outbound', 'transfer'] as const;
  if (trunk === undefined) return [finding('didww', affects, 'The outbound trunk is not there', AGAIN)];
  const of = (cause: string, checks: readonly Check[] = affects, number?: string): Finding =>
    finding('didww', checks, `The outbound trunk ${trunk.id} ${cause}`, PUT_BACK, number);
  const missing = VAPI[region].signallingIps.filter((ip) => !trunk.allowedSipIps.some((one) => covers(one, ip)));
  const restricts = trunk.defaultDstAction !== 'allow_all' || trunk.dstPrefixes.length > 0;
  const judgesCallers = !trunk.allowAnyDidAsCli && trunk.onCliMismatchAction === 'reject_call';
  const strangers = numbers.filter(({ did }) => judgesCallers && did !== undefined && !trunk.didIds.includes(did.id));
  const { authenticationMethod: method, mediaEncryptionMode: media, techPrefix } = trunk;
  return [
    ...where(trunk.status !== 'active', of(`has the status ${trunk.status}`)),
    ...where(method !== 'credentials_and_ip', of(`authenticates by ${method}, not by credentials_and_ip`)),
    ...where(missing.length > 0, of(`does not allow Vapi's addresses ${missing.join(', ')}`, OUT)),
    ...where(restricts, of(`restricts destinations (${[trunk.defaultDstAction, ...trunk.dstPrefixes].join(', ')})`)),
    ...where(media !== 'disabled', of(`asks for encrypted media (${media})`, OUT)),
    ...where(techPrefix !== null, of(`asks for the tech prefix ${techPrefix ?? ''}`)),
    ...strangers.map(({ number }) => of(`does not allow ${number} as caller id`, OUT, number)),
  ];
}

/** docs/providers/vapi.md, Credentials; Pitfalls 7. */
function outboundCredentialFindings({ outboundCredential: credential }: Configuration): readonly Finding[] {
  if (credential === undefined) return [finding('vapi', OUT, 'The outbound credential is not there', AGAIN)];
  const of = (cause: string): Finding =>
    finding('vapi', OUT, `The outbound credential ${credential.id} ${cause}`, PUT_BACK_VAPI);
  const gateways = credential.gateways.filter(({ outboundEnabled }) => outboundEnabled);
  return [
    ...where(gateways.length === 0, of('has no outbound gateway')),
    ...where(!credential.hasUserOfOutbound, of("does not hold the outbound trunk's user")),
    ...gateways.flatMap(({ ip, port, outboundProtocol: protocol }) => [
      ...where(!isDidwwHost(ip), of(`calls ${ip}, which is no outbound host of DIDWW`)),
      ...where(
        port !== portFor(protocol.startsWith('tls') ? 'tls' : 'udp'),
        of(`calls port ${String(port)} by ${protocol}`),
      ),
      ...where(protocol === 'tls/srtp', of('asks for encrypted media')),
    ]),
  ];
}

const isDidwwHost = (host: string): boolean => (DIDWW_OUTBOUND_HOSTS as readonly string[]).includes(host);
