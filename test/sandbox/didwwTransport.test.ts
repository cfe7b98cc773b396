import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Rig } from './didwwRig.js';
import { create, outboundTrunk, startRig } from './didwwRig.js';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-04-16');
});
afterEach(() => rig.stop());

// docs/providers/didww.md, Transport and versions
test('every answer names the API version, and an older or unknown version header is ignored', async () => {
  const versionFor = async (asked: string | undefined): Promise<unknown> => {
    const { document } = await rig.send('GET', '/dids', undefined, { 'x-didww-api-version': asked });
    return document.meta['api_version'];
  };
  expect(await versionFor('2026-04-16')).toBe('2026-04-16');
  expect(await versionFor('2022-05-10')).toBe('2026-04-16');
  expect(await versionFor('nonsense')).toBe('2026-04-16');

  rig.account.switches.apiVersion = '2022-05-10';
  expect(await versionFor(undefined)).toBe('2022-05-10');
  expect(await versionFor('2021-04-19')).toBe('2022-05-10');
  expect(await versionFor('2026-04-16')).toBe('2026-04-16');

  rig.account.switches.apiVersion = '2022-05-10';
  rig.account.switches.honoursVersionHeader = false;
  expect(await versionFor('2026-04-16')).toBe('2022-05-10');
});

// docs/providers/didww.md, Transport and versions
test('PUT is an alias of PATCH', async () => {
  const data = { id: rig.did.id, type: 'dids', attributes: { description: 'front desk' } };
  const { status } = await rig.send('PUT', `/dids/${rig.did.id}`, { data });
  expect(status).toBe(200);
  expect(rig.account.dids.get(rig.did.id)?.description).toBe('front desk');
});

// docs/providers/didww.md, Errors
test('a missing or wrong key is refused with 401 before anything else is looked at', async () => {
  const expected = { title: 'Unauthorized', detail: 'Authorization failed', code: '401', status: '401' };
  for (const key of [undefined, 'of somebody else']) {
    const { status, document } = await rig.send('GET', '/dids', undefined, { 'api-key': key });
    expect(status).toBe(401);
    expect(document.errors).toEqual([expected]);
  }
});

// docs/providers/didww.md, Errors
test('an unknown id is a 404 that names it', async () => {
  const { status, document } = await rig.get('/dids/9df99644-f1a5-4a3c-99a4-559d758eb96b');
  expect(status).toBe(404);
  expect(document.errors).toEqual([
    {
      title: 'Record not found',
      detail: 'The record identified by 9df99644-f1a5-4a3c-99a4-559d758eb96b could not be found.',
      code: '404',
      status: '404',
    },
  ]);
});

// docs/providers/didww.md, Transport and versions
test('media types with parameters, or others, are 406 and 415', async () => {
  const accepted = async (accept: string) => (await rig.send('GET', '/dids', undefined, { accept })).status;
  expect(await accepted('application/vnd.api+json; charset=utf-8')).toBe(406);
  expect(await accepted('application/json')).toBe(406);
  expect(await accepted('*/*')).toBe(200);

  const body = create('voice_out_trunks', outboundTrunk());
  const sent = async (type: string) =>
    (await rig.send('POST', '/voice_out_trunks', body, { 'content-type': type })).status;
  expect(await sent('application/json')).toBe(415);
  expect(await sent('application/vnd.api+json; charset=utf-8')).toBe(415);
  expect(rig.account.outboundTrunks.size).toBe(0);
});

// docs/providers/didww.md, Errors
test('too many requests within a second are a 429 whose error has neither code nor title', async () => {
  rig.account.switches.requestsPerSecond = 2;
  const answers = [await rig.get('/dids'), await rig.get('/dids'), await rig.get('/dids')];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(answers[2]?.document).toEqual({ errors: [{ status: '429', detail: 'Too Many Requests' }] });
  expect(answers[2]?.headers).not.toHaveProperty('retry-after');

  rig.advance(1001);
  expect((await rig.get('/dids')).status).toBe(200);
});

// docs/providers/didww.md, Outbound trunks
test('every operation on outbound trunks is a 403 while outbound voice is not enabled, and nothing else is', async () => {
  rig.account.switches.outboundEnabled = false;
  const body = create('voice_out_trunks', outboundTrunk());
  expect((await rig.get('/voice_out_trunks?page[size]=1')).status).toBe(403);
  expect((await rig.send('POST', '/voice_out_trunks', body)).status).toBe(403);
  expect((await rig.send('POST', '/voice_out_trunk_regenerate_credentials', body)).status).toBe(403);
  expect((await rig.get('/voice_in_trunks')).status).toBe(200);
});

// docs/providers/didww.md, Errors
test('members that are missing from a body are 400 with code 106, wrong JSON is 400', async () => {
  const path = `/dids/${rig.did.id}`;
  const errorsFor = async (body: unknown) => (await rig.send('PATCH', path, body)).document.errors;
  expect(await errorsFor({})).toMatchObject([{ code: '106', detail: 'The required parameter, data, is missing.' }]);
  expect(await errorsFor({ data: { id: rig.did.id } })).toMatchObject([{ code: '106' }]);
  expect(await errorsFor({ data: { type: 'dids' } })).toMatchObject([{ code: '106' }]);
  expect(await errorsFor({ data: { type: 'pops', id: rig.did.id } })).toMatchObject([{ code: '116' }]);
  expect(await errorsFor('{"data":')).toMatchObject([{ status: '400' }]);
});

// docs/providers/didww.md, Capacity and balance
test('the balance is a singleton with texts of two decimals', async () => {
  rig.account.balance.balance = -12.5;
  rig.account.balance.credit = 100;
  const { document } = await rig.get('/balance');
  expect(document.data).toMatchObject({
    type: 'balances',
    attributes: { balance: '-12.50', credit: '100.00', total_balance: '87.50' },
  });
});
