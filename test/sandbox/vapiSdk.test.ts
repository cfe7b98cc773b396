// Vapi's official SDK, unmodified, against the sandbox: what it sends is accepted and what it reads back
// has the fields that it types.
import { VapiClient, VapiError } from '@vapi-ai/server-sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { givenVapi } from './vapiRig.js';
import type { VapiRig } from './vapiRig.js';

let rig: VapiRig;
let vapi: VapiClient;

beforeEach(async () => {
  rig = await givenVapi();
  vapi = new VapiClient({ token: rig.account.apiKey, baseUrl: rig.url });
});

afterEach(async () => rig.stop());

test('an assistant is created, read, patched as a whole model, listed and deleted', async () => {
  const model = { provider: 'openai', model: 'gpt-4o', messages: [{ role: 'system', content: 'Be kind.' }] } as const;
  const created = await vapi.assistants.create({
    name: 'Reception',
    model: { ...model, messages: [...model.messages] },
  });
  expect(created.latestVersion).toBe('v1');

  const patched = await vapi.assistants.update({
    id: created.id,
    model: { ...model, messages: [...model.messages], toolIds: ['a'] },
  });
  expect(patched.name).toBe('Reception');
  expect(patched.latestVersion).toBe('v2');
  expect(await vapi.assistants.list({ limit: 1000 })).toHaveLength(1);

  await vapi.assistants.delete({ id: created.id });
  await expect(vapi.assistants.get({ id: created.id })).rejects.toMatchObject({ statusCode: 404 });
});

test('a transfer tool keeps its destination', async () => {
  const destination = {
    type: 'sip',
    sipUri: 'sip:+12025550100@fra.eu.out.didww.com',
    description: 'A person',
    transferPlan: { mode: 'blind-transfer' },
  } as const;
  const tool = await vapi.tools.create({ type: 'transferCall', destinations: [destination] });
  expect(await vapi.tools.get({ id: tool.id })).toMatchObject({ type: 'transferCall', destinations: [destination] });
  await vapi.tools.update({ id: tool.id, body: { type: 'transferCall', destinations: [] } });
  expect(await vapi.tools.list()).toMatchObject([{ destinations: [] }]);
  await vapi.tools.delete({ id: tool.id });
  expect(await vapi.tools.list()).toEqual([]);
});

test('a number on a SIP trunk is imported, found page by page, given an assistant and removed', async () => {
  const { id: credentialId } = rig.account.addCredential({ provider: 'byo-sip-trunk', gateways: [] });
  const assistant = rig.account.addAssistant({ name: 'Reception' });
  const number = await vapi.phoneNumbers.create({ provider: 'byo-phone-number', number: '+18648301018', credentialId });
  expect(number).toMatchObject({ status: 'active', number: '+18648301018' });
  const page = await vapi.phoneNumbers.phoneNumberControllerFindAllPaginated({ search: '864830', limit: 10 });
  expect(page).toMatchObject({ results: [{ id: number.id }], metadata: { totalItems: 1, currentPage: 1 } });
  await vapi.phoneNumbers.update({
    id: number.id,
    body: { provider: 'byo-phone-number', assistantId: assistant.id },
  });
  expect(await vapi.phoneNumbers.get({ id: number.id })).toMatchObject({ assistantId: assistant.id });
  await vapi.phoneNumbers.delete({ id: number.id });
  expect(await vapi.phoneNumbers.list()).toEqual([]);
});

test('a call is created with a transient assistant, read and listed', async () => {
  const { id: credentialId } = rig.account.addCredential({ provider: 'byo-sip-trunk', gateways: [] });
  const number = rig.account.addPhoneNumber({ provider: 'byo-phone-number', number: '+18648301018', credentialId });
  rig.account.switches.callVisibleAfterMs = 0;
  const call = await vapi.calls.create({
    name: 'pb-acme-0123abcd-1',
    phoneNumberId: number.id,
    customer: { number: '+18648301018' },
    assistant: {
      firstMessage: 'This is an automated test call.',
      model: { provider: 'openai', model: 'gpt-4o-mini', tools: [{ type: 'endCall' }] },
      maxDurationSeconds: 45,
    },
  });
  expect(call).toMatchObject({ status: 'queued', type: 'outboundPhoneCall' });
  const id = 'id' in call ? call.id : '';
  expect(await vapi.calls.get({ id })).toMatchObject({ name: 'pb-acme-0123abcd-1' });
  expect(await vapi.calls.list({ phoneNumberId: number.id })).toHaveLength(1);
});

test('a key of the other region is refused', async () => {
  const stranger = new VapiClient({ token: 'key-of-the-eu-organisation', baseUrl: rig.url });
  await expect(stranger.assistants.list()).rejects.toBeInstanceOf(VapiError);
  await expect(stranger.assistants.list()).rejects.toMatchObject({ statusCode: 401 });
});
