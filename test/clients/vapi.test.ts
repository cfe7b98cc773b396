import { expect, test } from 'vitest';
import { errorOf, givenVapi } from './given.js';
import { givenProvider, type Seen } from './provider.js';

const timeOf = (index: number): string => new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();

const echoed = (body: unknown): object => (typeof body === 'object' && body !== null ? body : {});

/** A list of objects that answers as Vapi does: a window of dates, at most `limit` entries. */
const listed =
  (all: readonly { id: string; createdAt: string }[], order: 'newest first' | 'oldest first') =>
  ({ query }: Seen) => {
    const { createdAtLe = '9', createdAtGe = '0', limit = '100' } = query;
    const inside = all.filter(({ createdAt }) => createdAt <= createdAtLe && createdAt >= createdAtGe);
    const sorted = order === 'newest first' ? [...inside].reverse() : inside;
    return { body: sorted.slice(0, Number(limit)) };
  };

test.each(['newest first', 'oldest first'] as const)('a list longer than a page is read whole, %s', async (order) => {
  // Three objects bear the date at which the first page ends.
  const all = Array.from({ length: 2500 }, (_, index) => ({
    id: `n${String(index)}`,
    createdAt: timeOf(index - (index % 3)),
    number: `+1202${String(index)}`,
  }));
  const { vapi, server } = await givenVapi(listed(all, order));

  const found = await vapi.listPhoneNumbers();

  expect(new Set(found.map(({ id }) => id)).size).toBe(2500);
  expect(found).toHaveLength(2500);
  expect(server.seen[0]?.query).toEqual({ limit: '1000' });
});

test('a list that cannot be read to its end is unexpected, rather than cut short', async () => {
  const all = Array.from({ length: 1001 }, (_, index) => ({ id: `n${String(index)}`, createdAt: timeOf(0) }));
  const { vapi } = await givenVapi(listed(all, 'newest first'));

  expect(await errorOf(vapi.listPhoneNumbers())).toMatchObject({ errorClass: 'unexpected-answer' });
});

test('a list is read in its newer shape too', async () => {
  const { vapi } = await givenVapi(() => ({ body: { results: [{ id: 't1', type: 'endCall' }], metadata: {} } }));

  expect(await vapi.listTools()).toEqual([{ id: 't1', type: 'endCall', destinations: [] }]);
});

test('only SIP trunk credentials are listed, with the defaults that Vapi leaves out; the others are not even read', async () => {
  const { vapi } = await givenVapi(() => ({
    body: [
      { id: 'c0', provider: 'openai', gateways: 'something else' },
      {
        id: 'c1',
        provider: 'byo-sip-trunk',
        name: 'patchbay acme out',
        gateways: [{ ip: '46.19.210.14', outboundEnabled: false }],
        outboundAuthenticationPlan: { authUsername: 'u' },
      },
    ],
  }));

  expect(await vapi.listCredentials()).toEqual([
    {
      id: 'c1',
      provider: 'byo-sip-trunk',
      name: 'patchbay acme out',
      gateways: [
        {
          ip: '46.19.210.14',
          port: 5060,
          netmask: 32,
          inboundEnabled: true,
          outboundEnabled: false,
          outboundProtocol: 'udp',
          optionsPingEnabled: false,
        },
      ],
      outboundLeadingPlusEnabled: false,
      authUsername: 'u',
    },
  ]);
});

test('an entry of a list that cannot be read is named by its place', async () => {
  const { vapi } = await givenVapi(() => ({
    body: [{ id: 'c1', provider: 'byo-sip-trunk', gateways: [{ ip: 7 }] }],
  }));

  expect((await errorOf(vapi.listCredentials())).message).toContain('not as documented at 0.gateways.0.ip');
});

test('a model goes back as it came, members that nobody knows included', async () => {
  const model = {
    provider: 'openai',
    model: 'gpt-4o',
    messages: [{ role: 'system', content: 'é\n' }],
    odd: { n: null },
  };
  const { vapi, server } = await givenVapi(({ method, body }) => ({
    body: { id: 'a1', name: 'Support', latestVersion: null, ...(method === 'GET' ? { model } : echoed(body)) },
  }));

  const assistant = await vapi.getAssistant('a1');
  const changed = await vapi.updateAssistantModel('a1', { ...assistant.model, toolIds: ['t1'] });

  expect(assistant).toEqual({ id: 'a1', name: 'Support', model });
  expect(JSON.stringify(server.seen[1]?.body)).toBe(JSON.stringify({ model: { ...model, toolIds: ['t1'] } }));
  expect(changed.model).toEqual({ ...model, toolIds: ['t1'] });
});

test('a number is imported with its credential, and can be left without an assistant', async () => {
  const { vapi, server } = await givenVapi(({ body }) => ({ status: 201, body: { id: 'p1', ...echoed(body) } }));

  const number = await vapi.createPhoneNumber({ number: '+12025550100', credentialId: 'c1', assistantId: 'a1' });
  const cleared = await vapi.updatePhoneNumber('p1', { assistantId: null });

  expect(number).toMatchObject({ id: 'p1', number: '+12025550100', credentialId: 'c1', assistantId: 'a1' });
  expect(cleared.assistantId).toBeUndefined();
  expect(server.seen.map(({ body }) => body)).toEqual([
    { provider: 'byo-phone-number', number: '+12025550100', credentialId: 'c1', assistantId: 'a1' },
    { provider: 'byo-phone-number', assistantId: null },
  ]);
});

test('a transfer tool is made with its type and changed without it', async () => {
  const { vapi, server } = await givenVapi(({ body }) => ({ status: 201, body: { id: 't1', ...echoed(body) } }));
  const destinations = [
    {
      sipUri: 'sip:+12025550100@fra.eu.out.didww.com',
      description: 'A person\n[patchbay acme]',
      transferPlan: { mode: 'blind-transfer', sipVerb: 'refer' } as const,
    },
  ];

  const tool = await vapi.createTransferTool({ function: { name: 'transfer_call_tool' }, destinations });
  await vapi.updateTool('t1', { destinations });

  expect(tool).toMatchObject({
    functionName: 'transfer_call_tool',
    destinations: [{ type: 'sip', ...destinations[0] }],
  });
  expect(server.seen[0]?.body).toMatchObject({ type: 'transferCall', function: { name: 'transfer_call_tool' } });
  expect(server.seen[1]?.body).toEqual({ destinations: [{ type: 'sip', ...destinations[0] }] });
});

test('a call is placed with what was given and nothing else', async () => {
  const { vapi, server } = await givenVapi(() => ({
    status: 201,
    body: {
      id: 'call-1',
      status: 'queued',
      monitor: { controlUrl: 'https://phone.vapi.ai/call-1/control' },
      subscriptionLimits: { concurrencyBlocked: false, concurrencyLimit: 10, remainingConcurrentCalls: '9' },
    },
  }));

  const call = await vapi.createCall({
    name: 'pb-acme-1',
    phoneNumberId: 'p1',
    customer: { number: '+12025550100' },
    assistant: { name: 'caller' },
    dialTimeoutSeconds: 30,
  });

  expect(call).toEqual({
    id: 'call-1',
    status: 'queued',
    monitor: { controlUrl: 'https://phone.vapi.ai/call-1/control' },
    subscriptionLimits: { concurrencyBlocked: false, concurrencyLimit: 10, remainingConcurrentCalls: 9 },
    artifact: { messages: [], transfers: [] },
    assistantOverrides: { variableValues: {} },
  });
  expect(server.seen[0]?.body).toEqual({
    name: 'pb-acme-1',
    phoneNumberId: 'p1',
    customer: { number: '+12025550100' },
    assistant: { name: 'caller' },
    transport: { provider: 'vapi.sip', dialTimeout: 30 },
  });
});

test('the evidence of a call is read, and odd evidence is left out rather than failing the answer', async () => {
  const { vapi } = await givenVapi(() => ({
    body: {
      id: 'call-1',
      type: 'inboundPhoneCall',
      endedReason: 'assistant-forwarded-call',
      cost: { odd: true },
      transport: { provider: 'vapi.sip', sbcCallSid: 'cid' },
      assistantOverrides: { variableValues: { 'forwarded-for': '46.19.210.14' } },
      artifact: {
        transcript: 'AI: Hello',
        messages: [
          { role: 'bot', message: 'Hello', secondsFromStart: 1.2, duration: 900 },
          'odd',
          { role: 'tool_calls', toolCalls: [{ function: { name: 'transfer_call_tool', arguments: '{}' } }] },
        ],
        transfers: [{ destination: { type: 'sip', sipUri: 'sip:+1@x' }, status: 'connected', messages: [] }],
      },
    },
  }));

  expect(await vapi.getCall('call-1')).toEqual({
    id: 'call-1',
    type: 'inboundPhoneCall',
    endedReason: 'assistant-forwarded-call',
    transport: { provider: 'vapi.sip', sbcCallSid: 'cid' },
    assistantOverrides: { variableValues: { 'forwarded-for': '46.19.210.14' } },
    artifact: {
      transcript: 'AI: Hello',
      messages: [
        { role: 'bot', message: 'Hello', secondsFromStart: 1.2, toolCalls: [] },
        { role: 'tool_calls', toolCalls: [{ name: 'transfer_call_tool', arguments: '{}' }] },
      ],
      transfers: [{ destination: { type: 'sip', sipUri: 'sip:+1@x' }, status: 'connected' }],
    },
  });
});

test('calls are listed by number and time', async () => {
  const { vapi, server } = await givenVapi(() => ({ body: [] }));

  await vapi.listCalls({ phoneNumberId: 'p1', createdAtGe: new Date('2026-01-01T00:00:00Z') });

  expect(server.seen[0]?.query).toEqual({
    phoneNumberId: 'p1',
    createdAtGe: '2026-01-01T00:00:00.000Z',
    limit: '1000',
  });
});

test('a live call is controlled without the API key', async () => {
  const { vapi, server } = await givenVapi(() => ({ body: '' }));

  await vapi.controlCall(`${server.url}/call-1/control`, { type: 'say', content: 'Bye', endCallAfterSpoken: true });

  expect(server.seen[0]).toMatchObject({
    path: '/call-1/control',
    body: { type: 'say', content: 'Bye', endCallAfterSpoken: true },
  });
  expect(server.seen[0]?.headers.authorization).toBeUndefined();
});

test('a control URL that is not one of Vapi gets nothing', async () => {
  const other = await givenProvider(() => ({ body: '' }));
  const { vapi } = await givenVapi(() => ({ body: '' }));

  const urls = [
    `${other.url}/control`,
    'https://vapi.ai.example/control',
    'https://notvapi.ai/x',
    'http://x.vapi.ai/x',
    '?',
  ];
  for (const url of urls) {
    expect(await errorOf(vapi.controlCall(url, { type: 'end-call' }))).toMatchObject({
      errorClass: 'unexpected-answer',
      mayHaveTakenEffect: false,
    });
  }
  expect(other.seen).toHaveLength(0);
});
