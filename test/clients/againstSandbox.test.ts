import { describe, expect, onTestFinished, test } from 'vitest';
import { createDidww, type InboundTrunkInput, type OutboundTrunkInput } from '../../src/didww/index.js';
import { type DidwwVersion, didwwVersions } from '../../src/sandbox/index.js';
import { createVapi } from '../../src/vapi/index.js';
import { create, didNumber, link, startRig } from '../sandbox/didwwRig.js';
import { givenVapi } from '../sandbox/vapiRig.js';
import { errorOf } from './given.js';

const outbound: OutboundTrunkInput = {
  name: 'patchbay acme out',
  reference: 'patchbay/acme',
  onCliMismatchAction: 'reject_call',
  allowAnyDidAsCli: false,
  capacityLimit: 10,
  thresholdAmount: '50.0',
  allowedSipIps: ['44.229.228.186/32', '46.19.210.14'],
  mediaEncryptionMode: 'disabled',
};

const inbound: InboundTrunkInput = {
  name: 'patchbay acme in',
  reference: 'patchbay/acme',
  description: 'made by a test',
  configuration: {
    host: 'sip.vapi.ai',
    port: 5060,
    username: '+{DID}',
    transport: 'udp',
    networkProtocolPriority: 'prefer_ipv4',
    resolveRuri: false,
    codecs: ['pcmu', 'pcma', 'telephone_event'],
    authEnabled: true,
    authUser: 'some-user',
    authPassword: 'some-password',
    maxTransfers: 1,
  },
};

async function givenDidwwSandbox(version: DidwwVersion) {
  const rig = await startRig(version);
  const didww = createDidww({ apiUrl: rig.url, apiKey: rig.account.apiKey });
  onTestFinished(async () => {
    await didww.close();
    await rig.stop();
  });
  return didww;
}

async function givenVapiSandbox() {
  const rig = await givenVapi();
  const vapi = createVapi({ apiUrl: rig.url, apiKey: rig.account.apiKey });
  onTestFinished(async () => {
    await vapi.close();
    await rig.stop();
  });
  return vapi;
}

describe.each(didwwVersions)('an account of DIDWW %s', (version) => {
  test('both trunks of a connection are made, found, changed and taken away at DIDWW', async () => {
    const didww = await givenDidwwSandbox(version);
    const [did] = await didww.findDids([didNumber, '+12025550199']);
    const id = did?.id ?? '';

    const out = await didww.createOutboundTrunk({ ...outbound, didIds: [id] });
    const into = await didww.createInboundTrunk(inbound);
    const routed = await didww.routeDid(id, { kind: 'trunk', id: into.id });
    const described = await didww.updateInboundTrunk(into.id, { description: 'changed' });
    const [found] = await didww.findOutboundTrunks({ name: outbound.name });
    const inUse = await errorOf(didww.deleteInboundTrunk(into.id));

    expect(out).toMatchObject({ name: outbound.name, allowedSipIps: ['44.229.228.186/32', '46.19.210.14/32'] });
    expect(out.password).toBeTruthy();
    expect(found).toMatchObject({ id: out.id, username: out.username, password: out.password, didIds: [id] });
    expect(routed.routing).toEqual({ kind: 'trunk', id: into.id });
    expect(await didww.findDidsRoutedTo({ kind: 'trunk', id: into.id })).toEqual([routed]);
    expect(described).toMatchObject({ description: 'changed', configuration: inbound.configuration });
    expect(inUse.errorClass).toBe('conflict');

    expect((await didww.routeDid(id, null)).routing).toBeNull();
    await didww.updateOutboundTrunk(out.id, { didIds: [] });
    expect((await didww.getOutboundTrunk(out.id)).didIds).toEqual([]);
    await didww.deleteInboundTrunk(into.id);
    await didww.deleteOutboundTrunk(out.id);
    expect((await errorOf(didww.deleteOutboundTrunk(out.id))).errorClass).toBe('not-found');
    expect(await didww.findInboundTrunks({ reference: 'patchbay/acme' })).toEqual([]);
  });

  test('which group a trunk is in, and which numbers are routed to that group, is read', async () => {
    const rig = await startRig(version);
    const didww = createDidww({ apiUrl: rig.url, apiKey: rig.account.apiKey });
    onTestFinished(async () => {
      await didww.close();
      await rig.stop();
    });
    const { id, group: untold } = await didww.createInboundTrunk(inbound);
    const alone = await didww.getInboundTrunk(id);
    const members = { voice_in_trunks: link('voice_in_trunks', [id]) };
    const made = await rig.send(
      'POST',
      '/voice_in_trunk_groups',
      create('voice_in_trunk_groups', { name: 'sales' }, members),
    );
    const group = { id: made.document.data.id, name: 'sales' };
    const routed = await didww.routeDid(rig.did.id, { kind: 'group', id: group.id });

    expect([untold, alone.group]).toEqual([undefined, null]);
    expect(await didww.getInboundTrunk(id)).toEqual({ ...alone, group });
    expect(await didww.findInboundTrunks({ name: inbound.name })).toEqual([{ ...alone, group }]);
    expect(await didww.findDidsRoutedTo({ kind: 'group', id: group.id })).toEqual([routed]);
    expect(await didww.findDidsRoutedTo({ kind: 'trunk', id })).toEqual([]);
    expect((await errorOf(didww.deleteInboundTrunk(id))).errorClass).toBe('conflict');
  });

  test('a name that is taken at DIDWW is a conflict', async () => {
    const didww = await givenDidwwSandbox(version);
    await didww.createOutboundTrunk(outbound);
    await didww.createInboundTrunk(inbound);

    expect((await errorOf(didww.createOutboundTrunk(outbound))).errorClass).toBe('conflict');
    expect((await errorOf(didww.createInboundTrunk(inbound))).errorClass).toBe('conflict');
  });

  test('the balance and call records of DIDWW are read', async () => {
    const didww = await givenDidwwSandbox(version);
    const from = new Date(Date.now() - 3_600_000);
    const asked = { type: 'cdr_in', from, to: new Date(), didNumber, reference: 'v-1' } as const;

    const made = await didww.createExport(asked);

    expect(Number((await didww.getBalance()).total)).not.toBeNaN();
    expect((await didww.findExports('v-1')).map(({ id }) => id)).toEqual([made.id]);
    await expect.poll(async () => (await didww.getExport(made.id)).status, { timeout: 30_000 }).toBe('completed');
    const { url = '' } = await didww.getExport(made.id);
    expect(await didww.downloadExport(url)).toEqual([]);
  });
});

test('credential, number and tool are made, found, changed and taken away at Vapi', async () => {
  const vapi = await givenVapiSandbox();
  const gateways = [{ ip: '46.19.210.14', inboundEnabled: true, outboundEnabled: false }];
  const auth = { username: 'some-user', password: 'some-password' };
  const destination = {
    sipUri: 'sip:+12025550100@fra.eu.out.didww.com',
    message: 'One moment.',
    description: 'A person\n[patchbay acme]',
    transferPlan: { mode: 'blind-transfer', sipVerb: 'refer' },
  } as const;

  const credential = await vapi.createCredential({ name: 'patchbay acme in', gateways, auth });
  const number = await vapi.createPhoneNumber({ number: didNumber, name: 'Support', credentialId: credential.id });
  const tool = await vapi.createTransferTool({
    function: { name: 'transfer_call_tool', description: 'Transfers.' },
    destinations: [destination],
  });

  expect(await vapi.listCredentials()).toEqual([credential]);
  expect(credential).toMatchObject({ authUsername: 'some-user', gateways: [{ port: 5060, outboundEnabled: false }] });
  expect(await vapi.listPhoneNumbers()).toEqual([number]);
  expect(await vapi.getTool(tool.id)).toMatchObject({
    functionName: 'transfer_call_tool',
    destinations: [destination],
  });

  const renamed = await vapi.updateTool(tool.id, { function: { name: 'other_name' } });
  expect(renamed).toMatchObject({ functionName: 'other_name', destinations: [destination] });
  expect(await vapi.updatePhoneNumber(number.id, { name: 'Sales' })).toMatchObject({ name: 'Sales' });

  await vapi.deleteTool(tool.id);
  await vapi.deletePhoneNumber(number.id);
  await vapi.deleteCredential(credential.id);
  expect((await errorOf(vapi.deleteCredential(credential.id))).errorClass).toBe('not-found');
  expect((await errorOf(vapi.getAssistant('5f0c0a52-0000-4000-8000-000000000000'))).errorClass).toBe('not-found');
});

test('an inbound trunk is made although DIDWW has renamed more members than is known', async () => {
  const rig = await startRig('2026-11-19');
  rig.account.switches.sipNamesForNumbers = true;
  const didww = createDidww({ apiUrl: rig.url, apiKey: rig.account.apiKey });
  onTestFinished(async () => {
    await didww.close();
    await rig.stop();
  });

  const made = await didww.createInboundTrunk(inbound);
  const again = await didww.createInboundTrunk({ ...inbound, name: 'patchbay other in' });

  expect(made.configuration).toMatchObject(inbound.configuration);
  expect(again.configuration).toMatchObject(inbound.configuration);
  expect(rig.requests.matching(/^POST \/voice_in_trunks$/).map(({ status }) => status)).toEqual([400, 201, 201]);
});
