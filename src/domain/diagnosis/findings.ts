/**
 * What in the configuration of both accounts keeps calls from getting through: each attribute against what
 * the providers' documents ask for. Belongs here: the list as a whole, money, and the way out. Does not:
 * the way in (`inbound.ts`), transfers (`transfer.ts`), reading the accounts
 * (`activities/verification/inspection.ts`).
 */
import { covers } from '../sip/cidr.js';
import { ANEW, type Configuration, differing, finding, findingIf } from './configuration.js';
import { groupFindings, inboundCredentialFindings, inboundTrunkFindings, numberFindings } from './inboundFindings.js';
import { transferFindings } from './transfer.js';
import type { Check } from '../../contract/result.js';
import { portFor } from '../sip/sip.js';
import { DIDWW_OUTBOUND_HOSTS, VAPI } from '../sip/addresses.js';
import type { Finding } from '../calls/evidence.js';

/** Everything that is not as calls need it, most telling first; empty where nothing is. */
export function findingsOf(configuration: Configuration): readonly Finding[] {
  return [
    ...moneyFindings(configuration),
    ...outboundTrunkFindings(configuration),
    ...outboundCredentialFindings(configuration),
    ...inboundUserFindings(configuration),
    ...configuration.numbers.flatMap((number) => numberFindings(configuration, number)),
    ...inboundTrunkFindings(configuration),
    ...inboundCredentialFindings(configuration),
    ...transferFindings(configuration),
    ...groupFindings(configuration),
  ];
}

const OUT = ['outbound'] as const;

/** docs/providers/didww.md, Capacity and balance; Outbound trunks. */
function moneyFindings({ balanceUsd, outboundTrunk }: Configuration): readonly Finding[] {
  const empty: Finding = {
    side: 'billing',
    affects: ['inbound', 'outbound', 'transfer'],
    verdict: 'inconclusive',
    cause: `total_balance of the DIDWW account is ${balanceUsd.toFixed(2)} USD`,
    action: 'Top up the DIDWW balance, then run the verification again.',
  };
  const spent: Finding = {
    side: 'billing',
    affects: ['outbound', 'transfer'],
    verdict: 'inconclusive',
    cause: `threshold_reached of the outbound trunk ${outboundTrunk?.id ?? ''} is true: its spend limit for 24 hours is used up`,
    action:
      'Wait a day, or raise threshold_amount of the outbound trunk at DIDWW (limits.dailySpendUsd), then run the verification again.',
  };
  return [...findingIf(balanceUsd <= 0, empty), ...findingIf(outboundTrunk?.thresholdReached === true, spent)];
}

/** docs/providers/didww.md, Outbound trunks; Caller id. */
function outboundTrunkFindings({ outboundTrunk: trunk, region, numbers }: Configuration): readonly Finding[] {
  const affects = ['outbound', 'transfer'] as const;
  if (trunk === undefined) return [finding('didww', affects, 'The outbound trunk is not there', ANEW)];
  const named = `the outbound trunk ${trunk.id}`;
  const of = (attribute: string, found: string, desired: string, checks: readonly Check[] = affects): Finding =>
    differing('didww', checks, { of: named, attribute, found, desired });
  const lacks = VAPI[region].signallingIps.filter((ip) => !trunk.allowedSipIps.some((one) => covers(one, ip)));
  const { authenticationMethod: method, mediaEncryptionMode: media, techPrefix, dstPrefixes } = trunk;
  return [
    ...findingIf(trunk.status !== 'active', of('status', trunk.status, 'active')),
    ...findingIf(
      method !== 'credentials_and_ip',
      of(
        'authentication_method',
        method,
        'credentials_and_ip, with the user and password that the Vapi credentials hold',
      ),
    ),
    ...findingIf(lacks.length > 0, missing(named, 'allowed_sip_ips', `Vapi's ${lacks.join(', ')}`, OUT)),
    ...findingIf(trunk.defaultDstAction !== 'allow_all', of('default_dst_action', trunk.defaultDstAction, 'allow_all')),
    ...findingIf(dstPrefixes.length > 0, of('dst_prefixes', dstPrefixes.join(', '), 'empty')),
    ...findingIf(media !== 'disabled', of('media_encryption_mode', media, 'disabled', OUT)),
    // Carriers use it as an access code: it is not repeated.
    ...findingIf(techPrefix !== null, of('tech_prefix', 'set', 'null')),
    ...callerIdFindings(trunk, numbers),
  ];
}

/** docs/providers/didww.md, Caller id. */
function callerIdFindings(
  trunk: NonNullable<Configuration['outboundTrunk']>,
  numbers: Configuration['numbers'],
): readonly Finding[] {
  const judgesCallers = !trunk.allowAnyDidAsCli && trunk.onCliMismatchAction === 'reject_call';
  const strangers = numbers.filter(({ did }) => judgesCallers && did !== undefined && !trunk.didIds.includes(did.id));
  return strangers.map(({ number }) =>
    missing(
      `the outbound trunk ${trunk.id} (on_cli_mismatch_action ${trunk.onCliMismatchAction})`,
      'dids',
      `the caller id ${number}`,
      OUT,
      number,
    ),
  );
}

/** A list of the outbound trunk that lacks something. */
function missing(of: string, list: string, what: string, affects: readonly Check[], number?: string): Finding {
  return finding(
    'didww',
    affects,
    `${list} of ${of} does not hold ${what}`,
    `Add ${what} to ${list} of ${of} at DIDWW, then retry.`,
    number,
  );
}

/** docs/providers/vapi.md, Credentials; Pitfalls 7. */
function outboundCredentialFindings({
  outboundCredential: credential,
  outboundTrunk,
}: Configuration): readonly Finding[] {
  if (credential === undefined) return [finding('vapi', OUT, 'The outbound credential is not there', ANEW)];
  const named = `the outbound credential ${credential.id}`;
  const of = (attribute: string, found: string, desired: string): Finding =>
    differing('vapi', OUT, { of: named, attribute, found, desired });
  const gateways = credential.gateways.filter(({ outboundEnabled }) => outboundEnabled);
  const lacksUser = outboundTrunk !== undefined && !credential.hasUserOfOutbound;
  return [
    ...findingIf(
      gateways.length === 0,
      of('outboundEnabled', 'false on every gateway', 'true on the gateway to DIDWW'),
    ),
    ...findingIf(
      lacksUser,
      of('authUsername', 'another user', "the outbound trunk's username (and authPassword to its password)"),
    ),
    ...gateways.flatMap(({ ip, port, outboundProtocol: protocol }) => {
      const desiredPort = portFor(protocol.startsWith('tls') ? 'tls' : 'udp');
      return [
        ...findingIf(
          !isDidwwHost(ip),
          of('gateways[].ip', ip, `an outbound host of DIDWW, such as ${DIDWW_OUTBOUND_HOSTS[3]}`),
        ),
        ...findingIf(
          port !== desiredPort,
          of(`gateways[].port (outboundProtocol ${protocol})`, String(port), String(desiredPort)),
        ),
        ...findingIf(
          protocol === 'tls/srtp',
          of('gateways[].outboundProtocol', protocol, 'udp, tcp or tls: the trunk takes no encrypted media'),
        ),
      ];
    }),
  ];
}

/**
 * The user by which the inbound credential's calls find the outbound gateway, and by which the REFER is
 * answered (docs/providers/vapi.md, Contradictions 4; Transfers). The password cannot be read
 * (docs/providers/vapi.md, Credentials).
 */
function inboundUserFindings({ inboundCredential: credential, outboundTrunk }: Configuration): readonly Finding[] {
  if (credential === undefined || outboundTrunk === undefined || credential.hasUserOfOutbound) return [];
  return [
    differing('vapi', ['outbound', 'transfer'], {
      of: `the inbound credential ${credential.id}`,
      attribute: 'authUsername',
      found: 'another user or none',
      desired: "the outbound trunk's username (and authPassword to its password)",
    }),
  ];
}

const isDidwwHost = (host: string): boolean => (DIDWW_OUTBOUND_HOSTS as readonly string[]).includes(host);
