import { expect, test } from 'vitest';
import type { DesiredCredential, DesiredTransferTool } from '../../src/contract/objects.js';
import { credentialActivities } from '../../src/activities/objects/credential.js';
import { transferToolActivities } from '../../src/activities/objects/transferTool.js';
import { DIDWW_SIGNALLING_IPS } from '../../src/domain/sip/addresses.js';
import type { VapiClient } from '../../src/vapi/index.js';
import { givenWorld, justSeen, NUMBER, only, type World } from './world.js';

const TARGET = { connection: 'acme', region: 'us' } as const;
/** Of a run whose create was never answered. */
const MARKED = { ...TARGET, made: [], unused: [], marked: true };

const tool = (changes: Partial<DesiredTransferTool['transfer']> = {}): DesiredTransferTool => ({
  ...TARGET,
  outboundHost: 'nyc.us.out.didww.com',
  transfer: {
    destination: '+12025550100',
    toolName: 'to_a_person',
    toolDescription: 'Hands the caller over.',
    message: 'One moment.',
    when: 'The caller asks for a person.',
    ...changes,
  },
});

async function givenTrunk(world: World, name = 'patchbay acme out'): Promise<string> {
  const { id } = await world.didww.createOutboundTrunk({
    name,
    reference: 'patchbay/acme',
    onCliMismatchAction: 'reject_call',
    allowAnyDidAsCli: false,
    capacityLimit: null,
    thresholdAmount: '10',
    allowedSipIps: ['203.0.113.9'],
  });
  return id;
}

const given = async () => {
  const world = await givenWorld();
  const outboundTrunkId = await givenTrunk(world);
  const wanted = (role: DesiredCredential['role'], changes: Partial<DesiredCredential> = {}): DesiredCredential => ({
    ...TARGET,
    role,
    sip: { transport: 'udp', outboundHost: 'nyc.us.out.didww.com' },
    outboundTrunkId,
    ...changes,
  });
  world.writes();
  const { credentials, tools } = world.vapiAccount;
  return { world, wanted, credentials, tools, ...credentialActivities(world), ...transferToolActivities(world) };
};

test('a credential holds the gateways of its role and the pair of the outbound trunk', async () => {
  const { world, wanted, credentials, ensureCredential } = await given();

  for (const role of ['out', 'in', 'both'] as const) await world.attempt(ensureCredential, wanted(role));

  const [out, inbound, both] = [...credentials.values()];
  expect(out?.gateways).toEqual([
    {
      ip: 'nyc.us.out.didww.com',
      port: 5060,
      netmask: 32,
      inboundEnabled: false,
      outboundEnabled: true,
      outboundProtocol: 'udp',
      optionsPingEnabled: false,
    },
  ]);
  expect(inbound?.gateways.map(({ ip }) => ip)).toEqual(DIDWW_SIGNALLING_IPS);
  expect(inbound?.gateways.every(({ inboundEnabled, outboundEnabled }) => inboundEnabled && !outboundEnabled)).toBe(
    true,
  );
  expect(both?.gateways).toHaveLength(8);
  const { authenticationMethod } = only(world.didwwAccount.outboundTrunks);
  for (const credential of [out, inbound, both]) {
    expect(authenticationMethod).toMatchObject({
      username: credential?.outboundAuthenticationPlan?.authUsername,
      password: credential?.outboundAuthenticationPlan?.authPassword,
    });
  }
});

test('where the answer to a credential is lost, the next attempt finds it by its name', async () => {
  const { world, wanted, credentials, ensureCredential } = await given();
  world.faults.loseAnswer('POST /credential', { times: 1 });

  const failure = await world.failure(ensureCredential, wanted('in', { absentAt: justSeen() }));
  const { id } = await world.attempt(ensureCredential, wanted('in', { absentAt: justSeen() }), 2);

  expect(failure).toMatchObject({ class: 'network', retried: true });
  expect(only(credentials).id).toBe(id);
});

test('a leftover credential of another pair is made anew, but not while a number is bound to it', async () => {
  const { world, wanted, credentials, ensureCredential, removeCredential } = await given();
  const old = await world.attempt(ensureCredential, wanted('in'));
  const entry = world.vapiAccount.addPhoneNumber({
    provider: 'byo-phone-number',
    number: NUMBER,
    credentialId: old.id,
  });
  const outboundTrunkId = await givenTrunk(world, 'another trunk');

  const refusal = await world.failure(ensureCredential, wanted('in', { outboundTrunkId }));
  const stays = await world.failure(removeCredential, { ...MARKED, made: [old.id], role: 'in' });
  const told = await world.attempt(removeCredential, { ...MARKED, role: 'in' });
  world.vapiAccount.phoneNumbers.delete(entry.id);
  const anew = await world.attempt(ensureCredential, wanted('in', { outboundTrunkId }));

  expect(refusal).toMatchObject({ provider: 'vapi', class: 'conflict', retried: false });
  expect(refusal.message).toContain(`in use by ${NUMBER}: authUsername`);
  expect(stays).toMatchObject({ class: 'conflict', message: expect.stringContaining(NUMBER) as string });
  expect(told.warnings).toEqual([expect.stringContaining(NUMBER)]);
  expect(only(credentials).id).toBe(anew.id);
  await world.attempt(removeCredential, { ...MARKED, role: 'in' });
  expect(credentials.size).toBe(0);
});

test('of two credentials of one name the one that a number is bound to is kept', async () => {
  const { world, wanted, credentials, ensureCredential } = await given();
  await world.attempt(ensureCredential, wanted('in'));
  world.vapiAccount.switches.listLagMs.credentials = 60_000;
  const younger = await world.attempt(ensureCredential, wanted('in'));
  world.vapiAccount.switches.listLagMs.credentials = 0;
  world.vapiAccount.addPhoneNumber({ provider: 'byo-phone-number', number: NUMBER, credentialId: younger.id });

  expect(await world.attempt(ensureCredential, wanted('in'))).toEqual(younger);
  expect(only(credentials).id).toBe(younger.id);
});

test('the transfer tool is found by its mark, whatever its name, and a leftover is set right in place', async () => {
  const { world, tools, ensureTransferTool, removeTransferTool } = await given();
  const foreign = world.vapiAccount.addTool({ type: 'transferCall', function: { name: 'to_a_person' } });

  const made = await world.attempt(ensureTransferTool, tool());
  expect(await world.attempt(ensureTransferTool, tool(), 2)).toEqual({ ...made, repeated: true });
  const mended = await world.attempt(ensureTransferTool, tool({ toolName: 'to_ann', destination: '+12025550101' }));

  expect(mended).toEqual({ ...made, name: 'to_ann' });
  expect(world.writes()).toEqual(['POST /tool', 'PATCH /tool/:id']);
  expect(tools.get(made.id)).toMatchObject({
    function: { name: 'to_ann', description: 'Hands the caller over.' },
    destinations: [
      {
        type: 'sip',
        sipUri: 'sip:+12025550101@nyc.us.out.didww.com',
        message: 'One moment.',
        description: 'The caller asks for a person.\n[patchbay acme]',
        transferPlan: { mode: 'blind-transfer', sipVerb: 'refer' },
      },
    ],
  });
  await world.attempt(removeTransferTool, MARKED);
  expect([...tools.keys()]).toEqual([foreign.id]);
});

test('where Vapi refuses a name on a transfer tool, the tool is made without one', async () => {
  const { world, tools, ensureTransferTool } = await given();
  world.vapiAccount.switches.refusesToolFunction = true;

  const { id } = await world.attempt(ensureTransferTool, tool());

  expect(only(tools)).toMatchObject({ id, destinations: [{ message: 'One moment.' }] });
  expect((await world.attempt(ensureTransferTool, tool(), 2)).id).toBe(id);
});

test('a tool and a credential that lists still show as ours, and from which somebody has taken our mark, are theirs', async () => {
  const { world, wanted, credentials, tools, ensureCredential, ensureTransferTool } = await given();
  const credential = await world.attempt(ensureCredential, wanted('out'));
  const made = await world.attempt(ensureTransferTool, tool());
  const vapi = world.vapi();
  const shown = { credentials: await vapi.listCredentials(), tools: await vapi.listTools() };
  await vapi.updateTool(made.id, {
    function: { name: 'to_the_office', description: 'Hands the caller to the office.' },
    destinations: [
      {
        sipUri: 'sip:+13125550100@pbx.example.com',
        message: 'One moment.',
        description: 'office',
        transferPlan: { mode: 'blind-transfer', sipVerb: 'refer' },
      },
    ],
  });
  const theirs = { ...only(credentials), name: 'office pbx' };
  credentials.set(credential.id, theirs);
  const theirTool = structuredClone(only(tools));
  const late = (): VapiClient => ({
    ...vapi,
    listCredentials: () => Promise.resolve(shown.credentials),
    listTools: () => Promise.resolve(shown.tools),
  });
  const steps = { ...credentialActivities({ ...world, vapi: late }), ...transferToolActivities({ vapi: late }) };

  const ours = await world.attempt(steps.ensureCredential, wanted('out'));
  const ourTool = await world.attempt(steps.ensureTransferTool, tool({ message: 'Please hold the line.' }));
  await world.attempt(steps.removeCredential, { ...MARKED, role: 'out', made: [ours.id] });
  await world.attempt(steps.removeTransferTool, { ...MARKED, made: [ourTool.id] });

  expect([...credentials.values()]).toEqual([theirs]);
  expect([...tools.values()]).toEqual([theirTool]);
});
