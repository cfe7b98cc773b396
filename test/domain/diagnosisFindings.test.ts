import { describe, expect, test } from 'vitest';
import type { Configuration, NumberSetting } from '../../src/domain/diagnosis/configuration.js';
import { findingsOf } from '../../src/domain/diagnosis/findings.js';
import { allowedSipIps, DIDWW_SIGNALLING_IPS } from '../../src/domain/sip/addresses.js';

const gateway = { port: 5060, netmask: 32, outboundProtocol: 'udp' };
const outGateway = { ...gateway, ip: 'fra.eu.out.didww.com', inboundEnabled: false, outboundEnabled: true };
const inGateways = DIDWW_SIGNALLING_IPS.map((ip) => ({ ...gateway, ip, inboundEnabled: true, outboundEnabled: false }));
const did: NonNullable<NumberSetting['did']> = {
  id: 'did-1',
  blocked: false,
  awaitingRegistration: false,
  terminated: false,
  isExpired: false,
  isRoutedToUs: true,
  features: ['voice_in', 'voice_out'],
  channels: 2,
  capacityLimit: null,
};
const phoneNumber = { id: 'phone-1', status: 'active', assistantId: 'assistant-1' };
const number: NumberSetting = { number: '+18648301001', assistantId: 'assistant-1', did, phoneNumber };
const outboundTrunk: NonNullable<Configuration['outboundTrunk']> = {
  id: 'out-1',
  status: 'active',
  thresholdReached: false,
  authenticationMethod: 'credentials_and_ip',
  allowedSipIps: allowedSipIps('us', []),
  defaultDstAction: 'allow_all',
  dstPrefixes: [],
  mediaEncryptionMode: 'disabled',
  capacityLimit: 10,
  onCliMismatchAction: 'reject_call',
  allowAnyDidAsCli: false,
  didIds: ['did-1'],
  techPrefix: null,
};
const inboundTrunk: NonNullable<Configuration['inboundTrunk']> = {
  id: 'in-1',
  type: 'sip_configurations',
  host: 'sip.vapi.ai',
  port: 5060,
  username: '+{DID}',
  transport: 'udp',
  networkProtocolPriority: 'prefer_ipv4',
  mediaEncryptionMode: 'disabled',
  codecs: ['pcmu', 'pcma', 'telephone_event'],
  enabledSipRegistration: false,
  maxTransfers: 1,
  capacityLimit: null,
  authEnabled: true,
  hasPairOfOutbound: true,
};
const outboundCredential = { id: 'cred-out', gateways: [outGateway], hasUserOfOutbound: true };
const inboundCredential = { id: 'cred-in', gateways: inGateways, hasUserOfOutbound: true };
const tool = { id: 'tool-1', destinations: ['sip:+12025550100@fra.eu.out.didww.com'], sipVerbs: ['refer'] };
const assistant = { id: 'assistant-1', exists: true, hasTool: true, danglingToolIds: [], handsOverCallControl: false };

/** Both accounts as Patchbay leaves them, but for what is given. */
const configuration = (members: Partial<Configuration> = {}): Configuration => ({
  region: 'us',
  transfer: { destination: '+12025550100' },
  balanceUsd: 60,
  outboundTrunk,
  inboundTrunk,
  outboundCredential,
  inboundCredential,
  tool,
  assistants: [assistant],
  numbers: [number],
  ...members,
});
const found = (members: Partial<Configuration>): string[] =>
  findingsOf(configuration(members)).map(({ side, affects, verdict }) => `${verdict} ${side}: ${affects.join(', ')}`);

const IN = 'inbound, transfer';
const OUT = 'outbound, transfer';

describe('what an inspection finds', () => {
  test('nothing where both accounts are as Patchbay leaves them, in either ingress and layout', () => {
    expect(findingsOf(configuration())).toEqual([]);
    expect(found({ inboundTrunk: { ...inboundTrunk, host: 'cred-in.sip.vapi.ai' } })).toEqual([]);
    const both = { id: 'cred-both', gateways: [outGateway, ...inGateways], hasUserOfOutbound: true };
    expect(found({ outboundCredential: both, inboundCredential: both })).toEqual([]);
    const tls = { ...inboundTrunk, port: 5061, transport: 'tls' };
    const tlsOut = { ...outboundCredential, gateways: [{ ...outGateway, port: 5061, outboundProtocol: 'tls' }] };
    expect(found({ inboundTrunk: tls, outboundCredential: tlsOut })).toEqual([]);
  });

  test.each<[string, Partial<Configuration>, string]>([
    ['an empty balance', { balanceUsd: 0 }, 'inconclusive billing: inbound, outbound, transfer'],
    [
      'a reached spend limit',
      { outboundTrunk: { ...outboundTrunk, thresholdReached: true } },
      `inconclusive billing: ${OUT}`,
    ],
    ['a blocked outbound trunk', { outboundTrunk: { ...outboundTrunk, status: 'blocked' } }, `failed didww: ${OUT}`],
    [
      'another authentication',
      { outboundTrunk: { ...outboundTrunk, authenticationMethod: 'ip_only' } },
      `failed didww: ${OUT}`,
    ],
    [
      "Vapi's address missing",
      { outboundTrunk: { ...outboundTrunk, allowedSipIps: DIDWW_SIGNALLING_IPS.map((ip) => `${ip}/32`) } },
      'failed didww: outbound',
    ],
    [
      "DIDWW's own addresses missing",
      { outboundTrunk: { ...outboundTrunk, allowedSipIps: ['44.229.228.186/32', '44.238.177.138/32'] } },
      'failed didww: transfer',
    ],
    ['refused destinations', { outboundTrunk: { ...outboundTrunk, dstPrefixes: ['1'] } }, `failed didww: ${OUT}`],
    ['a tech prefix', { outboundTrunk: { ...outboundTrunk, techPrefix: '77#' } }, `failed didww: ${OUT}`],
    [
      'encrypted media outbound',
      { outboundTrunk: { ...outboundTrunk, mediaEncryptionMode: 'srtp_sdes' } },
      'failed didww: outbound',
    ],
    ['a caller id that is not allowed', { outboundTrunk: { ...outboundTrunk, didIds: [] } }, 'failed didww: outbound'],
    ['one channel', { outboundTrunk: { ...outboundTrunk, capacityLimit: 1 } }, 'failed our-request: transfer'],
    ['no outbound gateway', { outboundCredential: { ...outboundCredential, gateways: [] } }, 'failed vapi: outbound'],
    [
      'a strange outbound host',
      { outboundCredential: { ...outboundCredential, gateways: [{ ...outGateway, ip: 'sip.example.com' }] } },
      'failed vapi: outbound',
    ],
    [
      'a wrong outbound port',
      { outboundCredential: { ...outboundCredential, gateways: [{ ...outGateway, port: 5061 }] } },
      'failed vapi: outbound',
    ],
    [
      "another trunk's user outbound",
      { outboundCredential: { ...outboundCredential, hasUserOfOutbound: false } },
      'failed vapi: outbound',
    ],
    [
      'a missing inbound gateway',
      { inboundCredential: { ...inboundCredential, gateways: inGateways.slice(1) } },
      `failed vapi: ${IN}`,
    ],
    [
      "another trunk's user inbound",
      { inboundCredential: { ...inboundCredential, hasUserOfOutbound: false } },
      `failed vapi: ${OUT}`,
    ],
    ['a strange inbound host', { inboundTrunk: { ...inboundTrunk, host: 'sip.eu.vapi.ai' } }, `failed didww: ${IN}`],
    ['a wrong inbound port', { inboundTrunk: { ...inboundTrunk, port: 5061 } }, `failed didww: ${IN}`],
    ['a wrong user part', { inboundTrunk: { ...inboundTrunk, username: 'office' } }, `failed didww: ${IN}`],
    ['IPv6 only', { inboundTrunk: { ...inboundTrunk, networkProtocolPriority: 'force_ipv6' } }, `failed didww: ${IN}`],
    [
      'encrypted media inbound',
      { inboundTrunk: { ...inboundTrunk, mediaEncryptionMode: 'zrtp' } },
      `failed didww: ${IN}`,
    ],
    ['no common codec', { inboundTrunk: { ...inboundTrunk, codecs: ['telephone_event'] } }, `failed didww: ${IN}`],
    ['transfers forbidden', { inboundTrunk: { ...inboundTrunk, maxTransfers: 0 } }, 'failed didww: transfer'],
    [
      'another pair on the inbound trunk',
      { inboundTrunk: { ...inboundTrunk, hasPairOfOutbound: false } },
      'failed didww: transfer',
    ],
    [
      'no pair on the inbound trunk',
      { inboundTrunk: { ...inboundTrunk, authEnabled: false } },
      'failed didww: transfer',
    ],
    [
      'a tool that goes elsewhere',
      { tool: { ...tool, destinations: ['sip:+4930123456@fra.eu.out.didww.com'] } },
      'failed vapi: transfer',
    ],
    [
      'a tool that goes past DIDWW',
      { tool: { ...tool, destinations: ['sip:+12025550100@sip.example.com'] } },
      'failed vapi: transfer',
    ],
    ['a tool that dials', { tool: { ...tool, sipVerbs: ['dial'] } }, 'failed vapi: transfer'],
    ['an assistant without the tool', { assistants: [{ ...assistant, hasTool: false }] }, 'failed assistant: transfer'],
    ['an assistant that is gone', { assistants: [{ ...assistant, exists: false }] }, `failed assistant: ${IN}`],
    ['a tool that is gone', { assistants: [{ ...assistant, danglingToolIds: ['x'] }] }, `failed assistant: ${IN}`],
    [
      'a number routed elsewhere',
      { numbers: [{ ...number, did: { ...did, isRoutedToUs: false } }] },
      `failed didww: ${IN}`,
    ],
    ['a blocked number', { numbers: [{ ...number, did: { ...did, blocked: true } }] }, `failed didww: ${IN}`],
    ['an expired number', { numbers: [{ ...number, did: { ...did, isExpired: true } }] }, `failed didww: ${IN}`],
    [
      'a number without voice',
      { numbers: [{ ...number, did: { ...did, features: ['sms_in'] } }] },
      `failed didww: ${IN}`,
    ],
    [
      'another assistant bound',
      { numbers: [{ ...number, phoneNumber: { ...phoneNumber, assistantId: 'x' } }] },
      `failed vapi: ${IN}`,
    ],
    [
      'a number that is being activated',
      { numbers: [{ ...number, phoneNumber: { ...phoneNumber, status: 'activating' } }] },
      'failed vapi: inbound, outbound, transfer',
    ],
    ['a number without channels', { numbers: [{ ...number, did: { ...did, channels: 0 } }] }, `failed didww: ${IN}`],
    [
      'an IP version that transfers are not allowed by',
      { inboundTrunk: { ...inboundTrunk, networkProtocolPriority: 'any' } },
      'failed didww: transfer',
    ],
    [
      'an assistant whose server takes over the call',
      { assistants: [{ ...assistant, handsOverCallControl: true }] },
      'failed assistant: transfer',
    ],
  ])('%s', (_, members, expected) => {
    expect(found(members)).toEqual([expected]);
  });

  test('what is wrong with one number says so of that number alone', () => {
    const other = { ...number, number: '+18648301002', did: { ...did, blocked: true } };
    expect(findingsOf(configuration({ numbers: [number, other] })).map((finding) => finding.number)).toEqual([
      '+18648301002',
    ]);
  });

  test('names the attribute, what was found, what is wanted, and says where to set it', () => {
    const [wrong] = findingsOf(configuration({ inboundTrunk: { ...inboundTrunk, maxTransfers: 0 } }));

    expect(wrong).toMatchObject({
      cause: 'max_transfers of the inbound trunk in-1 is 0, not 1 or more',
      action: 'Set max_transfers of the inbound trunk in-1 to 1 or more at DIDWW, then retry.',
    });
  });

  test('every missing object is named', () => {
    const { region, balanceUsd, assistants, numbers, transfer } = configuration();
    const causes = findingsOf({ region, balanceUsd, assistants, numbers, ...(transfer && { transfer }) }).map(
      ({ cause }) => cause,
    );
    expect(causes).toEqual([
      'The outbound trunk is not there',
      'The outbound credential is not there',
      'The inbound trunk is not there',
      'The inbound credential is not there',
      'The transfer tool is not there',
    ]);
  });
});

test('a tech prefix, which carriers use as an access code, is not repeated', () => {
  const given = configuration({ outboundTrunk: { ...outboundTrunk, techPrefix: '77#' } });
  const found = findingsOf(given);
  expect(JSON.stringify(found)).toContain('tech_prefix');
  expect(JSON.stringify(found)).not.toContain('77#');
});
