import { describe, expect, test } from 'vitest';
import type { RequestInput } from '../../src/contract/request.js';
import { givenAccounts, type World } from '../support/world.js';

/**
 * Signalling addresses of DIDWW (docs/providers/didww.md, Signalling addresses), written out here so that
 * the table of the code is checked.
 */
const DIDWW_IPS = [
  '46.19.209.14',
  '46.19.210.14',
  '46.19.212.14',
  '46.19.213.14',
  '46.19.214.14',
  '46.19.215.14',
  '185.238.173.14',
];

/** Hosts and signalling addresses of Vapi (docs/providers/vapi.md, Regions and addresses). */
const VAPI = {
  us: { host: 'sip.vapi.ai', allowed: ['44.229.228.186/32', '44.238.177.138/32'] },
  eu: { host: 'sip.eu.vapi.ai', allowed: ['63.182.83.170/32'] },
} as const;

const TRANSPORTS = {
  udp: { port: 5060, didwwId: 1 },
  tcp: { port: 5060, didwwId: 2 },
  tls: { port: 5061, didwwId: 3 },
} as const;

interface Layout {
  readonly region: 'us' | 'eu';
  readonly trunkLayout: 'separate' | 'combined';
  readonly ingress: 'region' | 'credential';
  readonly transport: keyof typeof TRANSPORTS;
}

const LAYOUTS: readonly Layout[] = [
  { region: 'us', trunkLayout: 'separate', ingress: 'region', transport: 'udp' },
  { region: 'us', trunkLayout: 'separate', ingress: 'credential', transport: 'tls' },
  { region: 'us', trunkLayout: 'combined', ingress: 'region', transport: 'tcp' },
  { region: 'us', trunkLayout: 'combined', ingress: 'credential', transport: 'udp' },
  { region: 'eu', trunkLayout: 'separate', ingress: 'region', transport: 'tls' },
  { region: 'eu', trunkLayout: 'separate', ingress: 'credential', transport: 'udp' },
  { region: 'eu', trunkLayout: 'combined', ingress: 'region', transport: 'udp' },
  { region: 'eu', trunkLayout: 'combined', ingress: 'credential', transport: 'tcp' },
];

describe.each(LAYOUTS)('$region, $trunkLayout credentials, ingress by $ingress, over $transport', (layout) => {
  test('both providers hold what their guides ask for, nothing broader, and calls prove it', async () => {
    const world = await givenAccounts({ region: layout.region });

    const result = await world.onboard(withoutTransfer(world.request({ sip: sipOf(layout), verification: {} })));

    expect(result.outcome).toBe('verified');
    const { didww, account, trunk, inbound } = standing(world, layout);
    const [did] = world.numbers.map((number) => didww.didByNumber(number));
    expect(trunk).toMatchObject(outboundTrunk(world, layout, did?.id ?? ''));
    expect(account.credentials.size).toBe(credentials(world, layout).length);
    for (const wanted of credentials(world, layout)) {
      expect([...account.credentials.values()]).toContainEqual(expect.objectContaining(wanted));
    }
    expect(inbound).toMatchObject(inboundTrunk(world, layout));
    expect(did).toMatchObject({ voiceInTrunkId: inbound?.id, voiceInTrunkGroupId: null });
    expect([...account.phoneNumbers.values()]).toMatchObject([
      { provider: 'byo-phone-number', number: world.numbers[0], credentialId: numbersCredential(world, layout) },
    ]);
    expect(account.tools.size).toBe(1); // without a transfer no tool is made; this one is the customer's
  });
});

test('three numbers at once are each proven in every direction, with one transfer', async () => {
  const world = await givenAccounts({ numbers: 3 });

  const result = await world.onboard(
    world.request({ numbers: world.numbers.map((number) => ({ number })), verification: {} }),
  );

  expect(result.outcome).toBe('verified');
  expect(result.verification.map(({ check, verdict }) => `${check} ${verdict}`).sort()).toEqual([
    ...Array<string>(3).fill('inbound proven'),
    ...Array<string>(3).fill('outbound proven'),
    'transfer proven',
  ]);
});

test('addresses that a request adds join the allow-list, and a transfer lets strangers pass as caller ids', async () => {
  const world = await givenAccounts();

  await world.onboard(world.request({ sip: { allowedIps: ['203.0.113.7', '198.51.100.0/28'] } }));

  const [trunk] = world.sandbox.didww.outboundTrunks.values();
  expect(trunk?.onCliMismatchAction).toBe('send_original_cli');
  expect(trunk?.authenticationMethod).toMatchObject({
    allowedSipIps: [...VAPI.us.allowed, ...DIDWW_IPS.map((ip) => `${ip}/32`), '203.0.113.7/32', '198.51.100.0/28'],
  });
});

const sipOf = ({ trunkLayout, ingress, transport }: Layout): RequestInput['sip'] => ({
  trunkLayout,
  ingress,
  transport,
});

function withoutTransfer({ transfer: _transfer, ...request }: RequestInput): RequestInput {
  return request;
}

/** What stands now, each found by its owner mark. */
function standing({ sandbox: { didww, vapi, vapiEu }, connection }: World, { region }: Layout) {
  return {
    didww,
    account: region === 'us' ? vapi : vapiEu,
    trunk: [...didww.outboundTrunks.values()].find(({ name }) => name === `patchbay ${connection} out`),
    inbound: [...didww.inboundTrunks.values()].find(({ name }) => name === `patchbay ${connection} in`),
  };
}

/** The SIP credentials that DIDWW generated for the outbound trunk. */
function pairOf(world: World, layout: Layout): { readonly username: string; readonly password: string } {
  const method = standing(world, layout).trunk?.authenticationMethod;
  if (method?.type !== 'credentials_and_ip') throw new Error('the trunk authenticates in another way');
  return method;
}

const outboundTrunk = (world: World, { region }: Layout, didId: string): object => ({
  externalReferenceId: `patchbay/${world.connection}`,
  capacityLimit: 10,
  thresholdAmount: '50.0',
  allowAnyDidAsCli: false,
  didIds: [didId],
  onCliMismatchAction: 'reject_call',
  authenticationMethod: {
    type: 'credentials_and_ip',
    allowedSipIps: [...VAPI[region].allowed, ...DIDWW_IPS.map((ip) => `${ip}/32`)],
  },
});

/**
 * Every credential of the layout holds the pair: one calls out with it, the other answers a REFER's
 * challenge.
 */
function credentials(world: World, layout: Layout): readonly object[] {
  const { username: authUsername, password: authPassword } = pairOf(world, layout);
  const { port } = TRANSPORTS[layout.transport];
  const gateway = (ip: string, inboundEnabled: boolean): object => ({
    ip,
    port,
    netmask: 32,
    inboundEnabled,
    outboundEnabled: !inboundEnabled,
    outboundProtocol: layout.transport,
    optionsPingEnabled: false,
  });
  const out = [gateway('fra.eu.out.didww.com', false)];
  const into = DIDWW_IPS.map((ip) => gateway(ip, true));
  const credential = (role: string, gateways: readonly object[]): object => ({
    name: `patchbay ${world.connection} ${role}`,
    gateways,
    outboundAuthenticationPlan: { authUsername, authPassword },
    outboundLeadingPlusEnabled: true,
  });
  return layout.trunkLayout === 'separate'
    ? [credential('out', out), credential('in', into)]
    : [credential('both', [...out, ...into])];
}

/** The credential that numbers are bound to. */
function numbersCredential(world: World, layout: Layout): string | undefined {
  const name = `patchbay ${world.connection} ${layout.trunkLayout === 'separate' ? 'in' : 'both'}`;
  return [...standing(world, layout).account.credentials.values()].find((credential) => credential.name === name)?.id;
}

function inboundTrunk(world: World, layout: Layout): object {
  const { username, password } = pairOf(world, layout);
  const { port, didwwId } = TRANSPORTS[layout.transport];
  const { host } = VAPI[layout.region];
  return {
    externalReferenceId: `patchbay/${world.connection}`,
    cliFormat: 'e164',
    cliPrefix: '+',
    configuration: {
      type: 'sip_configurations',
      host: layout.ingress === 'region' ? host : `${numbersCredential(world, layout) ?? ''}.${host}`,
      port,
      username: '+{DID}',
      transportProtocolId: didwwId,
      networkProtocolPriority: 'prefer_ipv4',
      resolveRuri: false,
      codecIds: [9, 10, 6],
      authEnabled: true,
      authUser: username,
      authPassword: password,
      maxTransfers: 1,
      mediaEncryptionMode: 'disabled',
    },
  };
}

test('an allow-list that holds every address is done as asked, and the Result warns of it', async () => {
  const world = await givenAccounts();

  const result = await world.onboard(
    world.request({ sip: { allowedIps: ['0.0.0.0/0'] }, limits: { dailySpendUsd: 30 } }),
  );

  expect({ outcome: result.outcome, warnings: result.warnings }).toEqual({
    outcome: 'done',
    warnings: [
      'sip.allowedIps lists 0.0.0.0/0, which is every address: from each of them whoever learns the SIP credentials ' +
        'can place calls at your cost, up to 30 USD a day. List single addresses instead.',
    ],
  });
});
