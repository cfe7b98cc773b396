/**
 * What can be wrong at DIDWW. Sources of the truths: docs/providers/didww.md, DIDs and routing; Inbound
 * trunks; Outbound trunks; Transfers (REFER).
 */
import { foreignGroup, foreignTrunk } from '../../src/sandbox/index.js';
import {
  ALL_RIGHT,
  did,
  didOf,
  didww,
  elsewhere,
  failed,
  inboundTrunk,
  type Misconfiguration,
  network,
  nothingProven,
  occupied,
  outboundAuth,
  outboundTrunk,
  proven,
  together,
  transferOnly,
  trunkOut,
  wayIn,
  wayOut,
} from './misconfigured.js';
import { trunkIn } from './verifying.js';

const VAPI = ['44.229.228.186/32', '44.238.177.138/32'];
const DIDWW = ['09', '10', '12', '13', '14', '15'].map((site) => `46.19.2${site}.14/32`).concat('185.238.173.14/32');
const PAIR = /auth_user.*username and password/;

const NUMBERS: readonly Misconfiguration[] = [
  {
    name: 'number: blocked',
    spoil: did({ blocked: true }),
    ...wayIn('didww', /unblock \+\d+ at DIDWW/i),
    realTimes: true,
  },
  {
    name: 'number: paid until last year',
    spoil: did({ expiresAt: '2020-01-01T00:00:00.000Z' }),
    ...wayIn('didww', /renew \+\d+ at DIDWW/i),
  },
  {
    name: 'number: registration pending',
    spoil: did({ awaitingRegistration: true, blocked: true }),
    ...wayIn('didww', /registration of \+\d+ at DIDWW/i),
  },
  {
    name: 'number: cancelled',
    spoil: did({ terminated: true, blocked: true }),
    ...wayIn('didww', /restore \+\d+ at DIDWW/i),
  },
  {
    name: 'number: routed nowhere',
    spoil: did({ voiceInTrunkId: null }),
    ...wayIn('didww', /route it to the inbound trunk .+ at DIDWW/),
  },
  {
    name: 'number: routed to the office again',
    spoil: (world) => did({ voiceInTrunkId: foreignTrunk(world.sandbox.didww, 'office-pbx').id })(world),
    ...elsewhere('didww', /routed .+ trunk .+route it to the inbound trunk .+ at DIDWW/),
    realTimes: true,
  },
  {
    name: 'number: routed to a hunt group',
    spoil: (world) =>
      did({ voiceInTrunkId: null, voiceInTrunkGroupId: foreignGroup(world.sandbox.didww, 'hunt group').id })(world),
    ...elsewhere('didww', /routed .+ group .+route it to the inbound trunk .+ at DIDWW/),
  },
  {
    name: 'number: no channels',
    spoil: did({ channelsIncludedCount: 0 }),
    ...wayIn('didww', /give \+\d+ channels/i),
  },
  {
    name: 'number: all channels in use by other callers',
    spoil: occupied((world) => didOf(world).id, 2),
    ...nothingProven('didww', /fewer calls.*channels/),
  },
  {
    name: 'number: takes no voice calls',
    spoil: (world) => {
      const { didww: account } = world.sandbox;
      const group = { ...account.didGroupOf(didOf(world)), id: account.newId(), features: ['sms_in', 'voice_out'] };
      account.didGroups.set(group.id, group as never);
      did({ didGroupId: group.id })(world);
    },
    ...wayIn('didww', /voice_in/),
  },
  {
    name: 'number: sold, and answered by its new owner',
    spoil: (world) => void world.sandbox.didww.dids.delete(didOf(world).id),
    ...elsewhere('didww', /account that owns/),
  },
];

const INBOUND: readonly Misconfiguration[] = [
  {
    name: 'inbound trunk: host of the other region',
    spoil: inboundTrunk({ host: 'sip.eu.vapi.ai' }),
    ...wayIn('didww', /host of the inbound trunk .+ to sip\.vapi\.ai/),
  },
  {
    name: "inbound trunk: another credential's host",
    spoil: (world) => {
      const out = [...world.sandbox.vapi.credentials.values()].find(({ name }) => name?.endsWith(' out') === true);
      inboundTrunk({ host: `${out?.id ?? ''}.sip.vapi.ai` })(world);
    },
    ...wayIn('didww', /host of the inbound trunk .+ to sip\.vapi\.ai/),
  },
  {
    name: "inbound trunk: another customer's host, which answers",
    spoil: inboundTrunk({ host: 'pbx.example.invalid' }),
    ...elsewhere('didww', /host of the inbound trunk .+ to sip\.vapi\.ai/),
  },
  {
    name: "inbound trunk: Vapi's web host, which takes no calls",
    spoil: inboundTrunk({ host: 'sip-web.eu.vapi.ai' }),
    ...wayIn('didww', /host of the inbound trunk .+ to sip\.vapi\.ai/),
  },
  { name: 'inbound trunk: another port', spoil: inboundTrunk({ port: 5080 }), ...wayIn('didww', /port .+ to 5060/) },
  {
    name: 'inbound trunk: TLS on the port for UDP',
    spoil: inboundTrunk({ transportProtocolId: 3 }),
    ...wayIn('didww', /port \(transport tls\) .+ to 5061/),
  },
  {
    name: 'inbound trunk: a fixed user part',
    spoil: inboundTrunk({ username: 'office' }),
    ...wayIn('didww', /username .+ to \+\{DID\}/),
  },
  {
    name: 'inbound trunk: no user part',
    spoil: inboundTrunk({ username: null }),
    ...wayIn('didww', /username .+ to \+\{DID\}/),
  },
  {
    name: 'inbound trunk: IPv6 only',
    spoil: inboundTrunk({ networkProtocolPriority: 'force_ipv6' }),
    ...wayIn('didww', /network_protocol_priority .+ipv4/),
  },
  {
    name: 'inbound trunk: no codec in common',
    spoil: inboundTrunk({ codecIds: [8, 6] }),
    ...wayIn('didww', /codecs .+pcmu/),
  },
  {
    name: 'inbound trunk: encrypted media',
    spoil: inboundTrunk({ mediaEncryptionMode: 'srtp_sdes' }),
    ...wayIn('didww', /media_encryption_mode of the inbound trunk .+ to disabled/),
  },
  {
    name: 'inbound trunk: waits for a registration',
    spoil: inboundTrunk({ enabledSipRegistration: true, host: null, port: null }),
    ...wayIn('didww', /enabled_sip_registration .+ to false/),
  },
  {
    name: 'inbound trunk: its only channel is in use',
    spoil: together(
      (world) => void (trunkIn(world).trunk.capacityLimit = 1),
      occupied((world) => trunkIn(world).trunk.id, 1),
    ),
    ...nothingProven('didww', /capacity_limit/),
  },
  {
    name: 'inbound trunk: deleted',
    spoil: (world) => {
      did({ voiceInTrunkId: null })(world);
      world.sandbox.didww.inboundTrunks.delete(trunkIn(world).trunk.id);
    },
    ...wayIn('didww', /set the connection up again/i),
  },
  {
    name: 'inbound trunk: no transfers',
    spoil: inboundTrunk({ maxTransfers: 0 }),
    ...transferOnly('didww', /max_transfers of the inbound trunk .+ to 1 or more at DIDWW/),
  },
  {
    name: 'inbound trunk: no pair',
    spoil: inboundTrunk({ authEnabled: false, authUser: null, authPassword: null }),
    ...transferOnly('didww', /auth_enabled .+ true, with .+username and password/),
  },
  {
    name: 'inbound trunk: another pair',
    spoil: inboundTrunk({ authUser: 'somebody', authPassword: 'else' }),
    ...transferOnly('didww', PAIR),
  },
  {
    name: 'inbound trunk: any IP version',
    spoil: inboundTrunk({ networkProtocolPriority: 'any' }),
    ...transferOnly('didww', /network_protocol_priority .+ipv4/),
  },
];

const OUTBOUND: readonly Misconfiguration[] = [
  {
    name: 'outbound trunk: blocked',
    spoil: outboundTrunk({ status: 'blocked' }),
    ...wayOut('didww', /status of the outbound trunk .+ to active/),
  },
  {
    name: 'outbound trunk: deleted',
    spoil: (world) => {
      world.sandbox.didww.outboundTrunks.clear();
    },
    ...wayOut('didww', /set the connection up again/i),
  },
  {
    name: "outbound trunk: Vapi's addresses not allowed",
    spoil: outboundAuth({ allowedSipIps: DIDWW }),
    ...wayOut('didww', /44\.229\.228\.186.+44\.238\.177\.138.+allowed_sip_ips/),
  },
  {
    name: "outbound trunk: one of Vapi's addresses not allowed, and the call comes from it",
    spoil: together(outboundAuth({ allowedSipIps: [VAPI[0], ...DIDWW] }), network({ vapiSourceIp: '44.238.177.138' })),
    ...wayOut('didww', /44\.238\.177\.138.+allowed_sip_ips/),
  },
  {
    name: "outbound trunk: DIDWW's own addresses not allowed",
    spoil: outboundAuth({ allowedSipIps: VAPI }),
    ...transferOnly('didww', /46\.19\.209\.14.+allowed_sip_ips/),
  },
  {
    name: 'outbound trunk: all destinations refused',
    spoil: outboundTrunk({ defaultDstAction: 'reject_all' }),
    ...wayOut('didww', /default_dst_action .+ to allow_all/),
  },
  {
    name: 'outbound trunk: a prefix refused',
    spoil: outboundTrunk({ dstPrefixes: ['1'] }),
    ...wayOut('didww', /dst_prefixes .+ to empty/),
  },
  {
    name: "outbound trunk: the person's prefix refused",
    spoil: outboundTrunk({ dstPrefixes: ['1202'] }),
    ...transferOnly('didww', /dst_prefixes .+ to empty/),
  },
  {
    name: 'outbound trunk: a tech prefix',
    spoil: outboundAuth({ techPrefix: '77#' }),
    ...wayOut('didww', /tech_prefix .+ to null/),
  },
  {
    name: 'outbound trunk: encrypted media',
    spoil: outboundTrunk({ mediaEncryptionMode: 'srtp_sdes' }),
    ...wayOut('didww', /media_encryption_mode of the outbound trunk .+ to disabled/),
  },
  {
    name: 'outbound trunk: caller id refused',
    spoil: outboundTrunk({ didIds: [], onCliMismatchAction: 'reject_call' }),
    ...wayOut('didww', /caller id \+\d+ to dids of the outbound trunk/),
  },
  {
    name: 'outbound trunk: authenticates by address alone',
    spoil: (world) => {
      const { authenticationMethod: method } = trunkOut(world);
      const allowedSipIps = method.type === 'twilio' ? [] : method.allowedSipIps;
      trunkOut(world).authenticationMethod = { type: 'ip_only', allowedSipIps, techPrefix: null };
    },
    ...wayOut('didww', /authentication_method .+ to credentials_and_ip/),
  },
  {
    name: 'outbound trunk: a new password',
    spoil: outboundAuth({ password: 'rotated' }),
    ...wayOut('vapi', /Vapi credential.+user and password/),
  },
  {
    name: 'outbound trunk: a new user and password',
    spoil: outboundAuth({ username: 'rotated', password: 'rotated' }),
    ...wayOut('vapi', /authUsername of the outbound credential .+authPassword/),
  },
  {
    name: 'outbound trunk: spend limit reached',
    spoil: outboundTrunk({ thresholdReached: true }),
    ...nothingProven('billing', /threshold_amount/),
  },
  {
    name: 'outbound trunk: one channel',
    spoil: outboundTrunk({ capacityLimit: 1 }),
    ...transferOnly(['didww', 'our-request'], /capacity_limit of the outbound trunk .+ to 2 or more/),
  },
  {
    name: 'outbound trunk: all channels in use',
    spoil: occupied((world) => trunkOut(world).id, 10),
    ...nothingProven(['carrier', 'didww'], /capacity_limit/),
  },
];

const ACCOUNT: readonly Misconfiguration[] = [
  {
    name: 'account: outbound calling switched off',
    spoil: didww({ outboundEnabled: false }),
    ...wayOut('didww', /ask DIDWW support to enable "outbound"/i),
  },
  {
    name: 'account: balance used up',
    spoil: ({ sandbox }) => void Object.assign(sandbox.didww.balance, { balance: 0, credit: 0 }),
    ...nothingProven('billing', /top up the DIDWW balance/i),
  },
  {
    name: 'DIDWW calls from an address that it does not publish',
    spoil: network({ didwwSourceIp: '46.19.208.99' }),
    ...wayIn('vapi', /gateway/),
  },
  {
    name: 'Vapi calls from an address that it does not publish',
    spoil: network({ vapiSourceIp: '34.213.129.25' }),
    ...wayOut('didww', /allowed_sip_ips/),
  },
  {
    name: 'records are late: what the accounts say is enough for the way in',
    spoil: together(didww({ cdrDelayMs: 3_600_000 }), did({ blocked: true })),
    ...wayIn('didww', /unblock/i),
    slow: true,
  },
  {
    name: 'records are late, and nothing else',
    spoil: didww({ cdrDelayMs: 3_600_000 }),
    ...ALL_RIGHT,
  },
  {
    name: 'exports refused: what the accounts say is enough for the transfer',
    spoil: (world) => {
      world.sandbox.faults.fail('POST /exports', { status: 403, server: 'didww' });
      inboundTrunk({ maxTransfers: 0 })(world);
    },
    inbound: proven,
    outbound: proven,
    transfer: failed('didww', /max_transfers/),
  },
];

/** At DIDWW. */
export const MISCONFIGURED_AT_DIDWW: readonly Misconfiguration[] = [...NUMBERS, ...INBOUND, ...OUTBOUND, ...ACCOUNT];
