// How Vapi's API behaves as a whole. Sources: docs/providers/vapi.md, Regions and addresses, Authentication
// and headers, Errors, Lists.
import { afterEach, beforeEach, expect, test } from 'vitest';

import { VapiAccount } from '../../src/sandbox/vapi/index.js';
import type { VapiRig } from './vapiRig.js';
import { givenVapi } from './vapiRig.js';

let rig: VapiRig;

beforeEach(async () => {
  rig = await givenVapi();
});

afterEach(async () => rig.stop());

// docs/providers/vapi.md, Authentication and headers: Cloudflare's answer is plain text and looks like an
// authentication failure.
test.each([undefined, 'Python-urllib/3.13', 'Python-urllib/2.7'])(
  'a request of the user agent %s is blocked in plain text, whatever its key',
  async (agent) => {
    for (const authorization of [`Bearer ${rig.account.apiKey}`, undefined]) {
      const answer = await rig.send('GET', '/assistant', undefined, { 'user-agent': agent, authorization });
      expect(answer).toEqual({ status: 403, text: 'error code: 1010', body: undefined });
    }
  },
);

// docs/providers/vapi.md, Authentication and headers: the default of the library is blocked, not its name
// elsewhere (assumed).
test('a user agent of its own is let in', async () => {
  const answer = await rig.send('GET', '/assistant', undefined, { 'user-agent': 'patchbay/1.0 (Python-urllib/3.13)' });
  expect(answer).toEqual({ status: 200, text: '[]', body: [] });
});

// docs/providers/vapi.md, Errors.
test('a missing or wrong key is 401', async () => {
  const missing = await rig.send('GET', '/assistant', undefined, { authorization: undefined });
  expect(missing).toMatchObject({ status: 401, body: { message: 'Missing Authorization Header.', statusCode: 401 } });
  const wrong = await rig.send('GET', '/assistant', undefined, { authorization: 'Bearer nonsense' });
  expect(wrong.status).toBe(401);
  expect(wrong.body).toMatchObject({
    error: 'Unauthorized',
    message: expect.stringMatching(/^Invalid Key\. Hot tip, /) as string,
  });
});

// docs/providers/vapi.md, Regions and addresses: keys, resources and ids belong to one region.
test('the key of one region is 401 in the other, and its objects do not exist there', async () => {
  const eu = await givenVapi(new VapiAccount({ region: 'eu', apiKey: 'key-of-the-eu-organisation' }));
  const { id } = rig.account.addAssistant({ name: 'Reception' });
  const foreign = await eu.send('GET', '/assistant', undefined, { authorization: `Bearer ${rig.account.apiKey}` });
  expect(foreign.status).toBe(401);
  expect((await eu.send('GET', `/assistant/${id}`)).status).toBe(404);
  await eu.stop();
});

// docs/providers/vapi.md, Errors: validation answers a list, everything else one text.
test('unknown properties are refused, all at once, with their paths', async () => {
  const answer = await rig.send('POST', '/assistant', {
    color: 'red',
    name: 'x'.repeat(41),
    voice: { provider: 'vapi', voiceId: 'Clara', loud: true },
  });
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual({
    statusCode: 400,
    error: 'Bad Request',
    message: [
      'name must be shorter than or equal to 40 characters',
      'voice.property loud should not exist',
      'property color should not exist',
    ],
  });
});

test('an unknown id is 404, an unknown path too, and what is no JSON is 400', async () => {
  expect((await rig.send('GET', '/tool/0')).status).toBe(404);
  expect(await rig.send('GET', '/nothing')).toMatchObject({ status: 404, body: { message: 'Cannot GET /nothing' } });
  const broken = await fetch(`${rig.url}/tool`, {
    method: 'POST',
    body: '{',
    headers: { authorization: `Bearer ${rig.account.apiKey}`, 'content-type': 'application/json' },
  });
  expect(broken.status).toBe(400);
});

// docs/providers/vapi.md, Lists: bare arrays, newest first (assumed), 100 by default, at most 1000,
// narrowed by dates.
test('lists are bare arrays, newest first, cut at the limit and narrowed by dates', async () => {
  const tools = Array.from({ length: 120 }, () => rig.account.addTool({ type: 'endCall' }));
  const byDefault = await rig.send('GET', '/tool');
  expect(byDefault.body).toHaveLength(100);
  expect(byDefault.body).toMatchObject([{ id: tools.at(-1)?.id }, ...Array.from({ length: 99 }, () => ({}))]);
  expect((await rig.send('GET', '/tool?limit=1000')).body).toHaveLength(120);
  expect((await rig.send('GET', `/tool?createdAtLt=${tools[5]?.createdAt ?? ''}`)).body).toHaveLength(5);
  expect((await rig.send('GET', `/tool?createdAtGe=${tools[118]?.createdAt ?? ''}`)).body).toHaveLength(2);
  expect((await rig.send('GET', '/tool?limit=1001')).status).toBe(400);
  expect((await rig.send('GET', '/tool?name=mine')).status).toBe(400);
});

// docs/providers/vapi.md, Lists: pages only under /v2.
test('numbers can be searched page by page', async () => {
  for (const number of ['+18648301018', '+18648301019', '+12025550143']) {
    rig.account.addPhoneNumber({ provider: 'vapi', number, name: `Line ${number.slice(-2)}` });
  }
  const first = await rig.send('GET', '/v2/phone-number?search=8648301&limit=1');
  expect(first.body).toMatchObject({
    results: [{ number: '+18648301019' }],
    metadata: { itemsPerPage: 1, totalItems: 2, currentPage: 1, totalPages: 2, hasNextPage: true, sortOrder: 'DESC' },
  });
  const second = await rig.send('GET', '/v2/phone-number?search=8648301&limit=1&page=2&sortOrder=ASC');
  expect(second.body).toMatchObject({ results: [{ number: '+18648301019' }], metadata: { hasNextPage: false } });
});

// docs/providers/vapi.md, Errors: the limit itself is not published.
test('too many requests in a second are 429', async () => {
  rig.account.switches.requestsPerSecond = 0;
  expect(await rig.send('GET', '/tool')).toMatchObject({ status: 429, body: { statusCode: 429 } });
});

// docs/providers/vapi.md, Pitfalls: a retried POST duplicates. The plumbing injects the fault; the effect
// stays.
test('a POST whose answer is lost has taken effect', async () => {
  rig.faults.loseAnswer('POST /tool', { times: 1 });
  await expect(rig.send('POST', '/tool', { type: 'endCall' })).rejects.toThrow();
  expect(rig.account.tools.size).toBe(1);
});
