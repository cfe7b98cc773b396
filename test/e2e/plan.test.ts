import { describe, expect, test } from 'vitest';
import type { Plan, PlannedChange } from '../../src/contract/plan.js';
import type { RequestInput } from '../../src/contract/request.js';
import { planned } from '../support/plans.js';
import { givenAccounts, type World } from '../support/world.js';
import { inboundTrunk, outboundTrunk } from './misconfigured.js';

const planOf = (world: World, members?: Partial<RequestInput>, prune = false): Promise<Plan> =>
  planned(world, { request: world.request(members), prune });

/** A change without its id, as one line and one line an attribute. */
const lines = ({ changes }: Plan): readonly string[] => changes.flatMap(linesOf);

const SIGNS = { create: '+', change: '~', remove: '-' } as const;

const linesOf = ({ action, kind, name, attributes = [], effect }: PlannedChange): readonly string[] => [
  `${SIGNS[action]} ${kind} ${name} ${effect}`,
  ...(action === 'create'
    ? []
    : attributes.map(({ attribute, from, to }) => `${attribute}: ${from ?? 'null'} -> ${to ?? 'null'}`)),
];

const numbersOf = (world: World, ...at: number[]): { number: string }[] =>
  at.map((index) => ({ number: world.numbers[index] ?? '' }));

/** The id of the connection's inbound trunk; the account has others. */
const inboundTrunkOf = ({ sandbox, connection }: World): string =>
  [...sandbox.didww.inboundTrunks.values()].find(({ name }) => name === `patchbay ${connection} in`)?.id ?? '';

describe('a plan of a connection that does not exist', () => {
  test('names every object that would be made, each assistant and routing that would change, and who would be rung', async () => {
    const world = await givenAccounts();
    const [number = ''] = world.numbers;
    const { assistantId, connection } = { ...world.sandbox, connection: world.connection };
    const name = world.sandbox.vapi.assistants.get(assistantId)?.name ?? '';

    const plan = await planOf(world, { verification: {} });

    expect(lines(plan)).toEqual([
      `+ outbound-trunk patchbay ${connection} out none`,
      `+ inbound-trunk patchbay ${connection} in none`,
      `+ outbound-credential patchbay ${connection} out none`,
      `+ inbound-credential patchbay ${connection} in none`,
      '+ transfer-tool transfer_call_tool none',
      `~ assistant ${name} new-calls`,
      'transfer tool: null -> transfer_call_tool',
      `+ phone-number ${number} none`,
      `~ did ${number} new-calls`,
      `routing: null -> trunk patchbay ${connection} in`,
    ]);
    expect({ problems: plan.problems, rings: plan.rings }).toEqual({
      problems: [],
      rings: [{ number: '+12025550100', why: 'the transfer test call' }],
    });
  });

  test('reads, and writes nothing', async () => {
    const world = await givenAccounts();

    await planOf(world);

    const written = world.sandbox.requests().filter(({ method, path }) => method !== 'GET' && path !== '/token');
    expect(written).toEqual([]);
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('reads with a token that allows reading alone', async () => {
    const world = await givenAccounts();
    const { tokens } = world.sandbox.didww;
    const scopes = (): readonly string[] => tokens.all().map(({ scope }) => scope);
    expect(scopes()).toEqual(['full']); // of the worker's start
    tokens.revokeAll();

    const plan = await planOf(world);

    expect(plan.problems).toEqual([]);
    expect(scopes()).toEqual(['full', 'read']);
  });

  test('says what is in the way beside what would be done', async () => {
    const world = await givenAccounts();

    const plan = await planOf(world, { numbers: [...numbersOf(world, 0), { number: '+4930123456' }] });

    expect(plan.problems.map(({ path }) => path)).toEqual(['numbers[1].number']);
    expect(plan.changes.length).toBeGreaterThan(5);
  });
});

describe('a plan of a connection that is as its request asks', () => {
  test('has no change, however the request spells it', async () => {
    const world = await givenAccounts();
    const sip = { allowedIps: ['198.51.100.7', '203.0.113.0/24'] };
    await world.onboard(world.request({ sip }));

    const plan = await planOf(world, {
      assistantId: world.sandbox.assistantId.toUpperCase(),
      sip: { allowedIps: ['203.0.113.0/24', '198.51.100.7/32'] },
    });

    expect(plan).toMatchObject({ changes: [], problems: [], rings: [] });
    expect(plan.warnings.join(' ')).toContain('authPassword');
  });

  test.each([
    ['with one credential for both ways', { sip: { trunkLayout: 'combined' as const } }],
    ['whose calls enter at its own host', { sip: { ingress: 'credential' as const } }],
    ['without a transfer', { transfer: undefined }],
  ])('has none %s', async (_, members) => {
    const world = await givenAccounts();
    await world.onboard(world.request(members));

    expect(await planOf(world, members)).toMatchObject({ changes: [], problems: [] });
  });

  test('has none where it was extended, for the last request as the runs tell it', async () => {
    const world = await givenAccounts({ numbers: 2 });
    await world.onboard(world.request({ numbers: numbersOf(world, 0) }));
    await world.onboard(world.request({ numbers: numbersOf(world, 1) }));

    const plan = await planned(world, { connection: world.connection });

    expect(plan).toMatchObject({ changes: [], problems: [] });
  });
});

/** What a request asks for otherwise than the one that was set up, and what a plan says of it. */
const CHANGED: readonly (readonly [string, Partial<RequestInput>, (world: World) => readonly string[]])[] = [
  [
    'a higher channel cap',
    { limits: { channels: 20 } },
    ({ connection }) => [`~ outbound-trunk patchbay ${connection} out none`, 'limits.channels: 10 -> 20'],
  ],
  [
    'a lower spend limit',
    { limits: { dailySpendUsd: 20 } },
    ({ connection }) => [`~ outbound-trunk patchbay ${connection} out new-calls`, 'limits.dailySpendUsd: 50 -> 20'],
  ],
  [
    'stricter caller ids',
    { sip: { callerIds: 'own' } },
    ({ connection }) => [`~ outbound-trunk patchbay ${connection} out new-calls`, 'sip.callerIds: any -> own'],
  ],
  [
    'more transfers of one call',
    { sip: { maxTransfers: 3 } },
    ({ connection }) => [`~ inbound-trunk patchbay ${connection} in new-calls`, 'sip.maxTransfers: 1 -> 3'],
  ],
  [
    'another protocol',
    { sip: { networkProtocol: 'force_ipv4' } },
    ({ connection }) => [
      `~ inbound-trunk patchbay ${connection} in new-calls`,
      'sip.networkProtocol: prefer_ipv4 -> force_ipv4',
    ],
  ],
  [
    'another person to transfer to, and another host of DIDWW',
    { transfer: { destination: '+12025550101' }, sip: { outboundHost: 'nyc.us.out.didww.com' } },
    ({ connection }) => [
      `~ outbound-credential patchbay ${connection} out new-calls`,
      'gateways: fra.eu.out.didww.com:5060/32 udp out -> nyc.us.out.didww.com:5060/32 udp out',
      '~ transfer-tool transfer_call_tool new-calls',
      'transfer.destination: +12025550100 -> +12025550101',
      'sip.outboundHost: fra.eu.out.didww.com -> nyc.us.out.didww.com',
    ],
  ],
  [
    'another transfer message',
    { transfer: { destination: '+12025550100', message: 'One moment.' } },
    () => [
      '~ transfer-tool transfer_call_tool new-calls',
      'transfer.message: Please wait while I transfer your call. -> One moment.',
    ],
  ],
];

describe('a plan of a connection that is not as its request asks', () => {
  test.each(CHANGED)('says it of %s, with from and to', async (_, members, expected) => {
    const world = await givenAccounts();
    await world.onboard();

    const plan = await planOf(world, members);

    expect(lines(plan)).toEqual(expected(world));
    expect(plan.problems).toEqual([]);
  });

  test('an address more is announced as noticed by live calls, as other SIP credentials may come of it', async () => {
    const world = await givenAccounts();
    await world.onboard();

    const plan = await planOf(world, { sip: { allowedIps: ['198.51.100.7'] } });

    expect(plan.changes).toMatchObject([
      { action: 'change', kind: 'outbound-trunk', effect: 'live-calls', attributes: [{ attribute: 'sip.allowedIps' }] },
    ]);
  });

  test('a transfer that is left out goes from the assistant, its tool last, and caller ids narrow with it', async () => {
    const world = await givenAccounts();
    await world.onboard();
    const name = world.sandbox.vapi.assistants.get(world.sandbox.assistantId)?.name ?? '';

    const plan = await planOf(world, { transfer: undefined });

    expect(lines(plan)).toEqual([
      `~ outbound-trunk patchbay ${world.connection} out new-calls`,
      'sip.callerIds: any -> own',
      `~ assistant ${name} new-calls`,
      'transfer tool: transfer_call_tool -> null',
      '- transfer-tool transfer_call_tool none',
    ]);
  });

  test('a label that is left out is cleared, and a further number joins', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [first = '', second = ''] = world.numbers;
    await world.onboard(world.request({ numbers: [{ number: first, label: 'Support' }] }));
    const trunkId = inboundTrunkOf(world);

    const plan = await planOf(world, { numbers: numbersOf(world, 0, 1) });

    expect(lines(plan)).toEqual([
      `~ outbound-trunk patchbay ${world.connection} out none`,
      `caller id ${second}: null -> allowed`,
      `~ phone-number ${first} none`,
      'label: Support -> null',
      `+ phone-number ${second} none`,
      `~ did ${second} new-calls`,
      `routing: null -> trunk ${trunkId}`,
    ]);
  });

  test('a number that the request leaves out is no difference, and goes with prune', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [, second = ''] = world.numbers;
    await world.onboard(world.request({ numbers: numbersOf(world, 0, 1) }));
    const trunkId = inboundTrunkOf(world);

    const [kept, pruned] = [await planOf(world), await planOf(world, {}, true)];

    expect(kept.changes).toEqual([]);
    expect(lines(pruned)).toEqual([
      `~ outbound-trunk patchbay ${world.connection} out new-calls`,
      `caller id ${second}: allowed -> null`,
      `~ did ${second} new-calls`,
      `routing: trunk ${trunkId} -> null`,
      `- phone-number ${second} none`,
    ]);
  });

  test('what somebody renamed, routed elsewhere or took away in a dashboard is a difference', async () => {
    const world = await givenAccounts();
    await world.onboard();
    const { didww, vapi, assistantId } = world.sandbox;
    const [number = ''] = world.numbers;
    const trunkId = inboundTrunkOf(world);
    const elsewhere = [...didww.inboundTrunks.keys()].find((id) => id !== trunkId) ?? '';
    const outbound = [...didww.outboundTrunks.values()].find(({ name }) => name.startsWith('patchbay'));
    const credential = [...vapi.credentials.values()].find(({ name }) => name?.endsWith(' in'));
    const did = [...didww.dids.values()].find((one) => `+${one.number}` === number);
    const assistant = vapi.assistants.get(assistantId);
    if (did === undefined || assistant === undefined) throw new Error('the accounts lack what the test changes');
    world.sandbox.rename({ server: 'didww', kind: 'outboundTrunks', id: outbound?.id ?? '', name: 'ours' });
    world.sandbox.rename({ server: 'vapi', kind: 'credentials', id: credential?.id ?? '', name: 'theirs' });
    vapi.patchAssistant(assistant, { model: { ...assistant.model, toolIds: [] } as typeof assistant.model & object });
    did.voiceInTrunkId = elsewhere;

    const plan = await planOf(world);

    expect(plan.problems).toEqual([]);
    expect(lines(plan)).toEqual([
      `~ outbound-trunk patchbay ${world.connection} out none`,
      `name: ours -> patchbay ${world.connection} out`,
      `~ inbound-credential patchbay ${world.connection} in none`,
      `name: theirs -> patchbay ${world.connection} in`,
      `~ assistant ${assistant.name ?? ''} new-calls`,
      'transfer tool: null -> transfer_call_tool',
      `~ did ${number} new-calls`,
      `routing: trunk ${elsewhere} -> trunk ${trunkId}`,
    ]);
  });

  test.each([
    ['the layout of its credentials', { sip: { trunkLayout: 'combined' as const } }, 'sip.trunkLayout'],
    ['the host that calls enter at', { sip: { ingress: 'credential' as const } }, 'sip.ingress'],
  ])('%s is not changed in place', async (_, members, path) => {
    const world = await givenAccounts();
    await world.onboard();

    const plan = await planOf(world, members);

    expect(plan.problems.map((problem) => problem.path)).toEqual([path]);
  });
});

/** What somebody has done to a connection of two numbers, of which a request names the first, and what a plan says. */
const SPOILT: readonly (readonly [string, (world: World) => void, boolean, (world: World) => readonly string[]])[] = [
  [
    'the SIP credentials of the inbound trunk are others',
    inboundTrunk({ authPassword: 'another-one' }),
    false,
    ({ connection }) => [
      `~ inbound-trunk patchbay ${connection} in new-calls`,
      'user name and password of the outbound trunk: another one -> the expected one',
    ],
  ],
  ['its host is written in capitals', inboundTrunk({ host: 'SIP.VAPI.AI' }), false, () => []],
  [
    'any number passes as a caller id, so that there is no list of them',
    outboundTrunk({ allowAnyDidAsCli: true, didIds: [] }),
    false,
    ({ connection, numbers: [first = '', second = ''] }) => [
      `~ outbound-trunk patchbay ${connection} out new-calls`,
      'allow_any_did_as_cli: true -> false',
      `caller id ${first}: null -> allowed`,
      `caller id ${second}: null -> allowed`,
    ],
  ],
  [
    'there is no limit of channels',
    outboundTrunk({ capacityLimit: null }),
    false,
    ({ connection }) => [`~ outbound-trunk patchbay ${connection} out new-calls`, 'limits.channels: null -> 10'],
  ],
  [
    'the import of the number that is to go is deleted',
    ({ sandbox: { vapi }, numbers: [, second] }) => {
      const imported = [...vapi.phoneNumbers.values()].find(({ number }) => number === second);
      vapi.phoneNumbers.delete(imported?.id ?? '');
    },
    true,
    (world) => [
      `~ outbound-trunk patchbay ${world.connection} out new-calls`,
      `caller id ${world.numbers[1] ?? ''}: allowed -> null`,
      `~ did ${world.numbers[1] ?? ''} new-calls`,
      `routing: trunk ${inboundTrunkOf(world)} -> null`,
    ],
  ],
  [
    'the number that is to go is routed nowhere',
    ({ sandbox: { didww }, numbers: [, second] }) => {
      for (const did of didww.dids.values()) if (`+${did.number}` === second) did.voiceInTrunkId = null;
    },
    true,
    ({ connection, numbers: [, second = ''] }) => [
      `~ outbound-trunk patchbay ${connection} out new-calls`,
      `caller id ${second}: allowed -> null`,
      `- phone-number ${second} none`,
    ],
  ],
];

test.each(SPOILT)('a plan of a connection where %s', async (_, spoil, prune, expected) => {
  const world = await givenAccounts({ numbers: 2 });
  await world.onboard(world.request({ numbers: numbersOf(world, 0, 1) }));
  spoil(world);

  const plan = await planOf(world, {}, prune);

  expect(lines(plan)).toEqual(expected(world));
  expect(plan.problems).toEqual([]);
});

describe('a plan of what is not whole', () => {
  test('where the outbound trunk is gone, what has its SIP credentials changes with the new one', async () => {
    const world = await givenAccounts();
    await world.onboard();
    const { didww } = world.sandbox;
    const outbound = [...didww.outboundTrunks.values()].find(({ name }) => name === `patchbay ${world.connection} out`);
    didww.outboundTrunks.delete(outbound?.id ?? '');

    const plan = await planOf(world);

    expect(
      plan.changes.map(({ action, kind, attributes }) => [action, kind, attributes?.map(({ attribute }) => attribute)]),
    ).toEqual([
      ['create', 'outbound-trunk', ['sip.allowedIps', 'sip.callerIds', 'limits.channels', 'limits.dailySpendUsd']],
      ['change', 'inbound-trunk', ['SIP credentials']],
      ['change', 'outbound-credential', ['SIP credentials']],
      ['change', 'inbound-credential', ['SIP credentials']],
    ]);
    expect(JSON.stringify(plan)).not.toContain(
      outbound?.authenticationMethod.type === 'credentials_and_ip' ? outbound.authenticationMethod.password : '?',
    );
  });

  test('leftovers of a failed run that fit are used, and those that differ are made anew', async () => {
    const world = await givenAccounts();
    world.sandbox.faults.fail('POST /phone-number', { status: 400 });
    world.sandbox.faults.fail('DELETE *', { status: 400 });
    await world.onboard();
    world.sandbox.faults.clear();
    const [number = ''] = world.numbers;
    const name = world.sandbox.vapi.assistants.get(world.sandbox.assistantId)?.name ?? '';

    const same = await planOf(world);
    const other = await planOf(world, { limits: { channels: 20 } });
    const combined = await planOf(world, { sip: { trunkLayout: 'combined' } });

    const short = ({ changes }: Plan): readonly string[] => changes.map(({ action, kind }) => `${action} ${kind}`);
    expect(short(combined)).toEqual([
      'create credential',
      'change assistant',
      'create phone-number',
      'change did',
      'remove outbound-credential',
      'remove inbound-credential',
    ]);
    expect(same.changes.map((one) => `${one.action} ${one.kind} ${one.name}`)).toEqual([
      `change assistant ${name}`,
      `create phone-number ${number}`,
      `change did ${number}`,
    ]);
    expect(other.changes.filter(({ action }) => action === 'remove').map(({ kind }) => kind)).toEqual([
      'inbound-trunk',
      'outbound-trunk',
      'outbound-credential',
      'inbound-credential',
    ]);
    expect(other.changes.filter(({ action }) => action === 'create').map(({ kind }) => kind)).toEqual([
      'outbound-trunk',
      'inbound-trunk',
      'outbound-credential',
      'inbound-credential',
      'phone-number',
    ]);
  });
});

describe('a plan of other assistants', () => {
  test('a number that another assistant is to answer takes the tool along, and the old one is judged no more', async () => {
    const world = await givenAccounts();
    await world.onboard();
    const { vapi, assistantId } = world.sandbox;
    const old = vapi.assistants.get(assistantId);
    if (old === undefined) throw new Error('no assistant');
    const other = vapi.addAssistant({
      name: 'Night shift',
      model: { provider: 'openai', model: 'gpt-4o', toolIds: [] },
    });
    vapi.patchAssistant(old, { serverMessages: ['phone-call-control'] });
    const [number = ''] = world.numbers;

    const plan = await planOf(world, { assistantId: other.id, verification: {} });

    expect(plan.problems).toEqual([]);
    expect(lines(plan)).toEqual([
      '~ assistant Night shift new-calls',
      'transfer tool: null -> transfer_call_tool',
      `~ phone-number ${number} new-calls`,
      `assistantId: ${assistantId} -> ${other.id}`,
      `~ assistant ${old.name ?? ''} new-calls`,
      'transfer tool: transfer_call_tool -> null',
    ]);
    expect(plan.rings.map((ring) => ring.number)).toEqual(['+12025550100']);
  });

  test('a transfer tool that somebody gave to another assistant is not planned to go', async () => {
    const world = await givenAccounts();
    await world.onboard();
    const { vapi, assistantId } = world.sandbox;
    const ours = vapi.assistants.get(assistantId);
    if (ours === undefined) throw new Error('no assistant');
    vapi.addAssistant({ name: 'Theirs', model: ours.model });

    const plan = await planOf(world, { transfer: undefined });

    expect(plan.problems.map(({ path }) => path)).toEqual(['transfer']);
  });
});

describe('a plan that cannot be made', () => {
  test('and that somebody terminated says so, and that it wrote nothing', async () => {
    const world = await givenAccounts({ worker: false });
    const run = await world.patchbay.plan({ request: world.request() });
    await world.client.workflow.getHandle(run.workflowId, run.runId).terminate();

    const ends = [];
    for await (const { result } of world.patchbay.follow(run)) if (result !== undefined) ends.push(result);

    expect(ends).toMatchObject([{ outcome: 'refused', failure: { step: 'plan', class: 'cancelled' }, leftovers: [] }]);
  });

  test('fails with what is wrong where a provider refuses its key, and writes nothing', async () => {
    const world = await givenAccounts();
    world.sandbox.faults.fail('* *', { server: 'vapi', status: 401 });

    const run = await world.patchbay.plan({ request: world.request() });
    const ends = [];
    for await (const { result } of world.patchbay.follow(run)) if (result !== undefined) ends.push(result);

    expect(ends).toMatchObject([{ outcome: 'refused', failure: { class: 'authentication' } }]);
    expect(await world.patchbay.plannedBy(run)).toBeUndefined();
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('of a connection that Temporal has forgotten says that it needs the request', async () => {
    const world = await givenAccounts();

    const run = await world.patchbay.plan({ connection: world.connection, region: 'us' });
    const ends = [];
    for await (const { result } of world.patchbay.follow(run)) if (result !== undefined) ends.push(result);

    expect(ends).toMatchObject([{ outcome: 'refused', failure: { class: 'not-found' } }]);
    expect(ends[0]?.failure?.action).toContain('patchbay plan request.yaml');
  });
});
