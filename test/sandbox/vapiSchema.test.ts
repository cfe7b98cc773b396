// What the sandbox's Vapi takes and shows, held against the types of Vapi's own SDK, which are made from its
// OpenAPI document.
import { Vapi } from '@vapi-ai/server-sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { givenConnection } from './networkRig.js';
import type { VapiRig } from './vapiRig.js';
import { givenVapi } from './vapiRig.js';

type Destination = Vapi.CreateTransferCallToolDtoDestinationsItem;

const SIP_URI = 'sip:+12025550100@fra.eu.out.didww.com';

let rig: VapiRig;
beforeEach(async () => {
  rig = await givenVapi();
});
afterEach(async () => rig.stop());

const createTool = (destination: unknown) =>
  rig.send('POST', '/tool', { type: 'transferCall', destinations: [destination] });

const customMessage: Vapi.CustomMessage = {
  type: 'custom-message',
  content: 'One moment, please.',
  contents: [{ type: 'text', text: 'Einen Moment, bitte.', language: 'de' }],
};

const plan: Vapi.TransferPlan = {
  mode: 'warm-transfer-experimental',
  message: customMessage,
  timeout: 60,
  dialTimeout: 30,
  holdAudioUrl: 'https://example.com/hold.mp3',
  transferCompleteAudioUrl: 'https://example.com/beep.mp3',
  contextEngineeringPlan: { type: 'lastNMessages', maxMessages: 10 },
  twiml: '<Say>Hello</Say>',
  summaryPlan: { enabled: true, timeoutSeconds: 5, messages: [{ role: 'system', content: 'Be brief.' }] },
  sipHeadersInReferToEnabled: false,
  fallbackPlan: { message: 'Nobody is there.', endCallEnabled: true },
};

// docs/providers/vapi.md, Tools
test.each<Destination>([
  { type: 'sip', sipUri: SIP_URI },
  {
    type: 'sip',
    sipUri: SIP_URI,
    message: '',
    description: 'A person',
    name: 'Front desk',
    callerId: '{{customer.number}}',
    sipHeaders: { 'x-account': 'acme' },
    transferPlan: plan,
  },
  { type: 'number', number: '+12025550100', extension: '12', message: customMessage, numberE164CheckEnabled: true },
  { type: 'number', number: '2025550100', numberE164CheckEnabled: false },
  { type: 'assistant', assistantName: 'Sales', transferMode: 'rolling-history', description: 'Sales' },
])('a destination of Vapi’s schema is taken and shown as it is: %j', async (destination) => {
  const made = await createTool(destination);
  expect(made).toMatchObject({ status: 201, body: { destinations: [destination] } });
});

// docs/providers/vapi.md, Tools
test.each(Object.values(Vapi.TransferPlanMode))('a plan of the mode %s is taken', async (mode) => {
  expect((await createTool({ type: 'sip', sipUri: SIP_URI, transferPlan: { mode } })).status).toBe(201);
});

const MODES = Object.values(Vapi.TransferPlanMode).join(', ');

// docs/providers/vapi.md, Tools; Errors
test.each([
  [
    { type: 'sip', sipUri: SIP_URI, transferPlan: { mode: 'cold-transfer' } },
    `transferPlan.mode must be one of the following values: ${MODES}`,
  ],
  [
    { type: 'sip', sipUri: SIP_URI, transferPlan: { sipVerb: 'refer' } },
    `transferPlan.mode must be one of the following values: ${MODES}`,
  ],
  [
    { type: 'sip', sipUri: SIP_URI, transferPlan: { mode: 'blind-transfer', sipVerb: 'invite' } },
    'transferPlan.sipVerb must be one of the following values: refer, bye, dial',
  ],
  [{ type: 'sip' }, 'sipUri must be a string'],
  [
    { type: 'sip', sipUri: SIP_URI, message: 'x'.repeat(1001) },
    'message must be shorter than or equal to 1000 characters',
  ],
  [{ type: 'sip', sipUri: SIP_URI, transferMode: 'rolling-history' }, 'property transferMode should not exist'],
  [
    { type: 'number', number: '2025550100' },
    'number must be a valid phone number in the E.164 format. Hot tip, you may be missing the country code (Eg. US: +1).',
  ],
  [{ type: 'assistant' }, 'assistantName must be a string'],
  [
    { type: 'assistant', assistantName: 'Sales', transferMode: 'blind' },
    'transferMode must be one of the following values: rolling-history, swap-system-message-in-history',
  ],
])('a destination outside of Vapi’s schema is refused: %j', async (destination, message) => {
  expect((await createTool(destination)).body).toEqual({
    statusCode: 400,
    error: 'Bad Request',
    message: [`destinations.0.${message}`],
  });
  expect(rig.account.tools.size).toBe(0);
});

// docs/providers/vapi.md, Call object
test.each(['inbound', 'outbound'] as const)(
  'each entry of the costs of an %s call has the members that Vapi’s schema requires, and they add up',
  async (direction) => {
    const world = givenConnection();
    const { [direction]: row } = await world.call();
    world.network.stop();
    const costs: readonly Vapi.CallCostsItem[] = row?.costs ?? [];
    const breakdown: Vapi.CostBreakdown = row?.costBreakdown ?? {};
    const positive = expect.toSatisfy((value: number) => value > 0) as number;
    const assistant = direction === 'inbound' ? world.assistant : row?.assistant;
    const model = { provider: assistant?.model?.provider, model: assistant?.model?.model };

    expect(costs).toStrictEqual([
      { type: 'transport', provider: 'vapi.sip', minutes: positive, cost: 0 },
      { type: 'model', model, promptTokens: positive, completionTokens: positive, cost: positive },
      { type: 'vapi', subType: 'normal', minutes: positive, cost: positive },
    ]);
    expect(costs.reduce((sum, { cost }) => sum + cost, 0)).toBeCloseTo(row?.cost ?? NaN, 4);
    expect(breakdown.total).toBe(row?.cost);
  },
);
