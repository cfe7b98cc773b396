import { describe, expect, test } from 'vitest';
import type { World } from '../support/world.js';
import type { OutboundTrunk } from '../../src/sandbox/index.js';
import type { VapiCredential } from '../../src/sandbox/vapi/index.js';
import { givenConnection, inShort, trunkIn, verified } from './verifying.js';

/** One thing wrong, and what the verdicts on a number's call to itself and on its transfer are then: `inbound · outbound · transfer`. */
type Row = readonly [name: string, spoil: (world: World) => void, expected: string];

const number = (world: World): string => world.numbers[0] ?? '';
const did = (members: object) => (world: World) =>
  void Object.assign(world.sandbox.didww.didByNumber(number(world)) ?? {}, members);
const inbound = (members: object) => (world: World) => void Object.assign(trunkIn(world).configuration, members);
const outbound = (members: Partial<OutboundTrunk>) => (world: World) => {
  for (const trunk of world.sandbox.didww.outboundTrunks.values()) Object.assign(trunk, members);
};
const outboundAuth = (members: object) => (world: World) => {
  for (const trunk of world.sandbox.didww.outboundTrunks.values()) Object.assign(trunk.authenticationMethod, members);
};
const credential =
  (role: 'in' | 'out', change: (credential: VapiCredential) => Partial<VapiCredential>) => (world: World) => {
    for (const [id, one] of world.sandbox.vapi.credentials) {
      if (one.name?.endsWith(` ${role}`) === true) world.sandbox.vapi.credentials.set(id, { ...one, ...change(one) });
    }
  };
const gateways = (role: 'in' | 'out', members: object) =>
  credential(role, (one) => ({ gateways: one.gateways.map((gateway) => ({ ...gateway, ...members })) }));
const phoneNumber = (members: object) => (world: World) => {
  for (const [id, one] of world.sandbox.vapi.phoneNumbers)
    if (one.number === number(world)) world.sandbox.vapi.phoneNumbers.set(id, { ...one, ...members });
};
const tool = (change: (uri: string) => string) => (world: World) => {
  for (const [id, one] of world.sandbox.vapi.tools) {
    const destinations = (one.destinations ?? []).map((each) =>
      each.type === 'sip' ? { ...each, sipUri: change(each.sipUri) } : each,
    );
    world.sandbox.vapi.tools.set(id, { ...one, destinations });
  }
};

const ROWS: readonly Row[] = [
  ['DID blocked', did({ blocked: true }), 'failed didww · inconclusive carrier · inconclusive didww'],
  [
    'DID expired',
    did({ expiresAt: '2020-01-01T00:00:00.000Z' }),
    'failed didww · inconclusive carrier · inconclusive didww',
  ],
  ['DID routed to nothing', did({ voiceInTrunkId: null }), 'failed didww · inconclusive carrier · inconclusive didww'],
  [
    'inbound trunk: host of the other region',
    inbound({ host: 'sip.eu.vapi.ai' }),
    'failed didww · inconclusive carrier · inconclusive didww',
  ],
  [
    "inbound trunk: somebody else's host",
    inbound({ host: 'sip.example.invalid' }),
    'failed didww · proven · inconclusive didww',
  ],
  ['inbound trunk: wrong port', inbound({ port: 5061 }), 'failed didww · inconclusive carrier · inconclusive didww'],
  [
    'inbound trunk: wrong user part',
    inbound({ username: 'office' }),
    'failed didww · inconclusive carrier · inconclusive didww',
  ],
  [
    'inbound trunk: encrypted media',
    inbound({ mediaEncryptionMode: 'srtp_sdes' }),
    'failed didww · inconclusive carrier · inconclusive didww',
  ],
  [
    'inbound trunk: IPv6 only',
    inbound({ networkProtocolPriority: 'force_ipv6' }),
    'failed didww · inconclusive carrier · inconclusive didww',
  ],
  [
    'inbound trunk: no common codec',
    inbound({ codecIds: [6] }),
    'failed didww · inconclusive carrier · inconclusive didww',
  ],
  ['inbound trunk: no transfers', inbound({ maxTransfers: 0 }), 'proven · proven · failed didww'],
  [
    'inbound trunk: no pair',
    inbound({ authEnabled: false, authUser: null, authPassword: null }),
    'proven · proven · failed didww',
  ],
  ['inbound trunk: another pair', inbound({ authUser: 'x', authPassword: 'y' }), 'proven · proven · failed didww'],
  [
    'inbound credential: no gateway of DIDWW',
    gateways('in', { inboundEnabled: false }),
    'failed vapi · inconclusive carrier · inconclusive vapi',
  ],
  [
    'outbound credential: wrong port',
    gateways('out', { port: 5070 }),
    'inconclusive vapi · failed vapi · inconclusive vapi',
  ],
  [
    'outbound credential: strange host',
    gateways('out', { ip: 'sip.example.invalid' }),
    'inconclusive vapi · failed vapi · inconclusive vapi',
  ],
  ['outbound trunk: blocked', outbound({ status: 'blocked' }), 'inconclusive vapi · failed didww · inconclusive vapi'],
  [
    'outbound trunk: spend limit reached',
    outbound({ thresholdReached: true }),
    'inconclusive vapi · inconclusive billing · inconclusive vapi',
  ],
  [
    'outbound trunk: destinations refused',
    outbound({ defaultDstAction: 'reject_all' }),
    'inconclusive vapi · failed didww · inconclusive vapi',
  ],
  [
    "outbound trunk: Vapi's addresses missing",
    outboundAuth({ allowedSipIps: ['46.19.209.14/32'] }),
    'inconclusive vapi · failed didww · inconclusive vapi',
  ],
  [
    'outbound trunk: new password',
    outboundAuth({ password: 'rotated' }),
    'inconclusive vapi · failed vapi · inconclusive vapi',
  ],
  [
    'outbound trunk: caller id not allowed',
    outbound({ didIds: [], onCliMismatchAction: 'reject_call' }),
    'inconclusive vapi · failed didww · inconclusive vapi',
  ],
  [
    'balance empty',
    (world) => void Object.assign(world.sandbox.didww.balance, { balance: 0, credit: 0 }),
    'inconclusive billing · inconclusive billing · inconclusive billing',
  ],
  [
    'number at Vapi: another assistant',
    (world) =>
      phoneNumber({ assistantId: world.sandbox.vapi.addAssistant({ name: 'other', firstMessage: 'Hello.' }).id })(
        world,
      ),
    'failed vapi · proven · inconclusive vapi',
  ],
  [
    'number at Vapi: no assistant',
    phoneNumber({ assistantId: null }),
    'failed vapi · inconclusive carrier · inconclusive vapi',
  ],
  [
    'assistant: gone',
    (world) => void world.sandbox.vapi.assistants.delete(world.sandbox.assistantId),
    'failed assistant · inconclusive carrier · inconclusive assistant',
  ],
  [
    'assistant: its tool is gone',
    (world) => void world.sandbox.vapi.tools.clear(),
    'failed assistant · inconclusive carrier · inconclusive assistant',
  ],
  [
    'assistant: silent',
    (world) => void (world.sandbox.vapi.switches.assistantSilent = true),
    'failed assistant · inconclusive carrier · inconclusive assistant',
  ],
  [
    'assistant: its model fails',
    (world) => void (world.sandbox.vapi.switches.modelProviderFails = true),
    'proven · proven · failed vapi',
  ],
  [
    'no audio either way',
    (world) => void (world.sandbox.network.switches.lostAudio = 'both'),
    'failed network · failed network · inconclusive network',
  ],
  [
    'tool: another person',
    tool((uri) => uri.replace('12025550100', '12025550199')),
    'proven · proven · failed assistant',
  ],
  ['tool: past DIDWW', tool((uri) => uri.replace(/@.*/, '@sip.example.com')), 'proven · proven · failed vapi'],
  [
    'person: no such number',
    (world) => world.sandbox.network.farEnd('+12025550100', 'unknown'),
    'proven · proven · failed carrier',
  ],
  [
    'person: refused by the carrier',
    (world) => world.sandbox.network.farEnd('+12025550100', 'reject'),
    'proven · proven · failed didww',
  ],
  [
    'Vapi calls from an address that is on no list',
    (world) => void (world.sandbox.network.switches.vapiSourceIp = '34.213.129.25'),
    'inconclusive vapi · failed didww · inconclusive vapi',
  ],
  [
    'DIDWW calls from an address that has no gateway',
    (world) => void (world.sandbox.network.switches.didwwSourceIp = '46.19.208.99'),
    'failed vapi · inconclusive carrier · inconclusive vapi',
  ],
  [
    'another organisation holds the number',
    (world) => void (world.sandbox.vapi.switches.numbersHeldElsewhere = [number(world)]),
    'failed vapi · inconclusive carrier · inconclusive vapi',
  ],
];

const AT_ONCE = 12;

describe('a single thing that is wrong', () => {
  test('gets the right verdict and the right side, never a false success', async () => {
    const seen: string[] = [];
    for (let at = 0; at < ROWS.length; at += AT_ONCE)
      seen.push(...(await Promise.all(ROWS.slice(at, at + AT_ONCE).map(verdicts))));

    expect(seen).toEqual(ROWS.map(([name, , expected]) => `${name}: ${expected}`));
  }, 400_000);
});

async function verdicts([name, spoil]: Row): Promise<string> {
  const world = await givenConnection();
  spoil(world);
  const report = await verified(world);
  return `${name}: ${inShort(report)
    .map((text) => text.replace(/^\w+ /, ''))
    .join(' · ')}`;
}
