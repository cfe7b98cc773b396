// What somebody does in the dashboards of both providers, past everything that manages the objects there.
import { expect, test } from 'vitest';

import type { Renaming, Sandbox } from '../../src/sandbox/index.js';
import { foreignGroup, foreignTrunk } from '../../src/sandbox/index.js';
import { control, givenSandbox } from './sandboxRig.js';

/** A sandbox with an object of each kind that has a name. */
async function givenObjects(): Promise<{ readonly sandbox: Sandbox; readonly ids: Readonly<Record<string, string>> }> {
  const sandbox = await givenSandbox();
  const { didww, vapi, assistantId } = sandbox;
  const { id: credentialId } = vapi.addCredential({ provider: 'byo-sip-trunk', name: 'carrier', gateways: [] });
  return {
    sandbox,
    ids: {
      inboundTrunks: foreignTrunk(didww, 'office-pbx').id,
      groups: foreignGroup(didww, 'office').id,
      outboundTrunks: givenOutboundTrunk(sandbox),
      assistants: assistantId,
      tools: vapi.addTool({ type: 'transferCall', function: { name: 'to_ann', description: 'Ann' } }).id,
      credentials: credentialId,
      phoneNumbers: vapi.addPhoneNumber({ provider: 'byo-phone-number', number: '+18648301018', credentialId }).id,
    },
  };
}

function givenOutboundTrunk({ didww }: Sandbox): string {
  const id = didww.newId();
  didww.outboundTrunks.set(id, {
    id,
    name: 'office out',
    externalReferenceId: 'patchbay/acme',
    status: 'active',
    onCliMismatchAction: 'reject_call',
    capacityLimit: null,
    thresholdAmount: '3000.0',
    thresholdReached: true,
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
      allowedSipIps: ['203.0.113.10/32'],
      techPrefix: null,
      username: 'user',
      password: 'password',
    },
    createdAt: '2026-01-15T09:30:00.000Z',
    didIds: [...didww.dids.keys()].slice(0, 1),
    emergencyDidIds: [],
    defaultDidId: null,
    spentUsd: 12,
  });
  return id;
}

test.each([
  ['didww', 'inboundTrunks', { name: 'new_name' }],
  ['didww', 'outboundTrunks', { name: 'new_name' }],
  ['didww', 'groups', { name: 'new_name' }],
  ['vapi', 'assistants', { name: 'new_name' }],
  ['vapi', 'tools', { function: { name: 'new_name', description: 'Ann' } }],
  ['vapi', 'credentials', { name: 'new_name' }],
  ['vapi', 'phoneNumbers', { name: 'new_name' }],
] as const)(
  'somebody renames one of the %s %s, in code or over HTTP, and nothing else changes',
  async (...[server, kind, renamed]) => {
    const { sandbox, ids } = await givenObjects();
    const wanted = { server, kind, id: ids[kind], name: 'new_name' } as Renaming;
    const objects = () =>
      Object.entries(sandbox.state()[server]).flatMap(([name, rows]) => (name === kind ? rows : []));
    const before = sandbox.state();
    const expected = objects().map((row) =>
      (row as { id: string }).id === ids[kind] ? Object.assign({}, row, renamed) : row,
    );

    expect(await control(sandbox, 'POST', '/renames', wanted)).toEqual({ status: 200, body: wanted });
    expect(sandbox.state()).toEqual({ ...before, [server]: { ...before[server], [kind]: expected } });

    sandbox.rename({ ...wanted, name: 'other' });
    expect(sandbox.state()).not.toEqual(before);
  },
);

test('a renamed object of the EU organisation is the EU one, and its times move as with any write', async () => {
  const sandbox = await givenSandbox();
  const { vapiEu, euAssistantId } = sandbox;
  sandbox.rename({ server: 'vapi-eu', kind: 'assistants', id: euAssistantId, name: 'Front desk' });
  expect(vapiEu.assistants.get(euAssistantId)).toMatchObject({ name: 'Front desk', latestVersion: 'v2' });
});

test('what is unknown is 404, what the provider would refuse has its status, and nonsense is 400', async () => {
  const { sandbox, ids } = await givenObjects();
  const rename = (wanted: object) => control(sandbox, 'POST', '/renames', { server: 'vapi', name: 'x', ...wanted });
  const taken = { server: 'didww', kind: 'inboundTrunks', id: ids['inboundTrunks'], name: 'office' };

  expect(await rename({ kind: 'tools', id: 'gone' })).toEqual({ status: 404, body: { error: 'Tool gone Not Found' } });
  expect(await rename({ server: 'didww', kind: 'groups', id: 'gone' })).toEqual({
    status: 404,
    body: { error: 'The record identified by gone could not be found.' },
  });
  expect(await rename(taken)).toEqual({ status: 422, body: { error: 'name - has already been taken' } });
  expect(await rename({ kind: 'credentials', id: ids['credentials'], name: 'x'.repeat(41) })).toEqual({
    status: 400,
    body: { error: 'name must be shorter than or equal to 40 characters' },
  });
  expect(await rename({ kind: 'groups', id: 1, name: '' })).toEqual({
    status: 400,
    body: { error: expect.stringMatching(/kind: [^]*id: [^]*name: /) as string },
  });
  expect((await control(sandbox, 'POST', '/copies', { kind: 'inboundTrunks', id: 'gone' })).status).toBe(404);
  expect((await control(sandbox, 'POST', '/copies', { kind: 'groups', id: ids['groups'] })).status).toBe(400);
});

// docs/providers/didww.md, Inbound trunks: the reference is not unique. What a copy keeps is assumed.
test('somebody copies an inbound trunk, its reference too, which numbers and group do not follow', async () => {
  const { sandbox, ids } = await givenObjects();
  const { didww } = sandbox;
  const trunk = foreignTrunk(didww, 'office-pbx');
  Object.assign(trunk, { externalReferenceId: 'patchbay/acme', groupId: ids['groups'] });

  const { status, body } = await control(sandbox, 'POST', '/copies', { kind: 'inboundTrunks', id: trunk.id });
  const { id } = body as { id: string };
  const second = sandbox.copyTrunk({ kind: 'inboundTrunks', id: trunk.id });

  expect({ status, body }).toEqual({ status: 201, body: { kind: 'inboundTrunks', id } });
  const copy = { ...trunk, id, name: 'office-pbx copy', groupId: null, createdAt: expect.any(String) as string };
  expect(didww.inboundTrunks.get(id)).toEqual(copy);
  expect(didww.inboundTrunks.get(second)).toEqual({ ...copy, id: second, name: 'office-pbx copy 2' });
  expect([...didww.dids.values()].filter(({ voiceInTrunkId }) => voiceInTrunkId === id)).toEqual([]);
});

// docs/providers/didww.md, Outbound trunks: pair and spending are the trunk's own; the rest is assumed.
test('the copy of an outbound trunk has the reference, a pair of its own, and has spent nothing', async () => {
  const { sandbox, ids } = await givenObjects();
  const { outboundTrunks, issuedSecrets } = sandbox.didww;
  const trunk = outboundTrunks.get(ids['outboundTrunks'] ?? '');

  const id = sandbox.copyTrunk({ kind: 'outboundTrunks', id: ids['outboundTrunks'] ?? '' });

  const [username, password] = issuedSecrets;
  expect(outboundTrunks.get(id)).toEqual({
    ...trunk,
    id,
    name: 'office out copy',
    createdAt: expect.any(String) as string,
    authenticationMethod: { ...trunk?.authenticationMethod, username, password },
    thresholdReached: false,
    spentUsd: 0,
  });
  expect(new Set([username, password, 'user', 'password']).size).toBe(4);
});

// What a duplicate keeps is assumed.
test.each(['tools', 'credentials'] as const)(
  'somebody duplicates one of the %s at Vapi, owner mark included',
  async (kind) => {
    const { sandbox, ids } = await givenObjects();
    const original = sandbox.vapi[kind].get(ids[kind] ?? '');
    const wanted = { server: 'vapi', kind, id: ids[kind] ?? '' } as const;

    const { status, body } = await control(sandbox, 'POST', '/copies', wanted);
    const second = sandbox.duplicate(wanted);

    const { id } = body as { id: string };
    expect({ status, body }).toEqual({ status: 201, body: { server: 'vapi', kind, id } });
    const times = { createdAt: expect.any(String) as string, updatedAt: expect.any(String) as string };
    expect(sandbox.vapi[kind].get(id)).toEqual({ ...original, ...times, id });
    expect(sandbox.vapi[kind].get(second)).toEqual({ ...original, ...times, id: second });
    expect((await control(sandbox, 'POST', '/copies', { ...wanted, id: 'gone' })).status).toBe(404);
  },
);
