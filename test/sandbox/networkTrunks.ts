import type { Did, DidwwAccount, InboundTrunk, OutboundTrunk } from '../../src/sandbox/didww/index.js';
import { sipDefaults } from '../../src/sandbox/didww/resources/sipConfiguration.js';

/** Where DIDWW's calls come from (docs/providers/didww.md, Signalling addresses). */
export const DIDWW_ADDRESSES = [
  '46.19.209.14',
  '46.19.210.14',
  '46.19.212.14',
  '46.19.213.14',
  '46.19.214.14',
  '46.19.215.14',
  '185.238.173.14',
];
const VAPI_US_ADDRESSES = ['44.229.228.186', '44.238.177.138'];
/** The SIP credentials that DIDWW generated for the outbound trunk. */
export const PAIR = { username: 'user0123456789ab', password: 'pass0123456789ab' };

/**
 * An outbound trunk as the guide makes it: credentials and IP, Vapi's and DIDWW's own addresses, the number
 * as caller id.
 */
export function addOutboundTrunk(didww: DidwwAccount, did: Did): OutboundTrunk {
  const trunk: OutboundTrunk = {
    id: didww.newId(),
    name: 'patchbay acme out',
    externalReferenceId: 'patchbay/acme',
    status: 'active',
    onCliMismatchAction: 'reject_call',
    capacityLimit: 10,
    thresholdAmount: '50.0',
    thresholdReached: false,
    allowAnyDidAsCli: false,
    defaultDstAction: 'allow_all',
    dstPrefixes: [],
    mediaEncryptionMode: 'disabled',
    allowedRtpIps: null,
    forceSymmetricRtp: false,
    rtpPing: false,
    rtpTimeout: 30,
    callbackUrl: null,
    emergencyEnableAll: false,
    authenticationMethod: {
      type: 'credentials_and_ip',
      techPrefix: null,
      ...PAIR,
      allowedSipIps: [...VAPI_US_ADDRESSES, ...DIDWW_ADDRESSES].map((address) => `${address}/32`),
    },
    createdAt: didww.timestamp(),
    didIds: [did.id],
    emergencyDidIds: [],
    defaultDidId: null,
    spentUsd: 0,
  };
  didww.outboundTrunks.set(trunk.id, trunk);
  return trunk;
}

/**
 * An inbound trunk as the guide makes it: to Vapi's shared host, with the outbound trunk's pair and one
 * transfer.
 */
export function addInboundTrunk(didww: DidwwAccount): InboundTrunk {
  const trunk: InboundTrunk = {
    id: didww.newId(),
    name: 'patchbay acme in',
    description: null,
    externalReferenceId: 'patchbay/acme',
    priority: 1,
    weight: 65_535,
    capacityLimit: null,
    ringingTimeout: 30,
    cliFormat: 'e164',
    cliPrefix: '+',
    configuration: {
      ...sipDefaults,
      host: 'sip.vapi.ai',
      port: 5060,
      username: '+{DID}',
      codecIds: [9, 10, 6],
      networkProtocolPriority: 'prefer_ipv4',
      authEnabled: true,
      authUser: PAIR.username,
      authPassword: PAIR.password,
      maxTransfers: 1,
    },
    createdAt: didww.timestamp(),
    popId: null,
    groupId: null,
  };
  didww.inboundTrunks.set(trunk.id, trunk);
  return trunk;
}
