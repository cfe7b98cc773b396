import { afterEach, beforeEach, expect, test } from 'vitest';

import type { TokenGrant } from '../../src/sandbox/didww/accessTokens.js';
import type { Answer, Rig } from './didwwRig.js';
import { create, outboundTrunk, sipTrunk, startRig, update, usualGrant } from './didwwRig.js';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-11-19');
});
afterEach(() => rig.stop());

const INVALID_TOKEN = 'Bearer error="invalid_token"';

/** A token of the rig's account, as usual but for what is named. */
async function token(grant: Partial<TokenGrant> = {}): Promise<string> {
  return (await rig.account.tokens.mint({ ...usualGrant, ...grant })).text;
}

const withToken = (text: string, path = '/balance', method = 'GET', body?: unknown): Promise<Answer> =>
  rig.send(method, path, body, { authorization: `Bearer ${text}` });

const withKey = (path: string, headers: object = {}): Promise<Answer> =>
  rig.send('GET', path, undefined, { authorization: undefined, 'api-key': rig.account.apiKey, ...headers });

/** What a refused token gets. */
const refusedToken = (title: string): object => ({
  status: 401,
  headers: { 'www-authenticate': INVALID_TOKEN },
  document: { errors: [{ title, detail: 'Authorization failed', code: '401', status: '401' }] },
});

// docs/providers/didww.md, Access tokens; that a key gets the empty body as well is assumed
test('a key alone is refused without a word, whatever version it asks for, and so is no credential', async () => {
  const answers = [
    await withKey('/balance'),
    await withKey('/balance', { 'x-didww-api-version': '2026-04-16' }),
    await withKey('/balance', { 'api-key': undefined }),
    await withKey('/balance', { 'api-key': undefined, authorization: 'Basic a2V5Og==' }),
  ];

  expect(answers.map(({ status, text }) => [status, text])).toEqual(Array.from({ length: 4 }, () => [401, '']));
  expect(answers.flatMap(({ headers }) => Object.keys(headers))).not.toContain('www-authenticate');
});

// docs/providers/didww.md, Access tokens: the body of this answer is not documented
test('a key alone can be made to get the error document of 2026-04-16', async () => {
  rig.account.switches.keyRefusalHasBody = true;

  expect((await withKey('/balance')).document.errors).toEqual([
    { title: 'Unauthorized', detail: 'Authorization failed', code: '401', status: '401' },
  ]);
  expect((await withKey('/balance', { 'api-key': undefined })).text).toBe('');
});

// docs/providers/didww.md, Access tokens; Transport and versions
test('every answer names the version of the token, and a version header has no effect', async () => {
  const answer = await rig.send('GET', '/dids', undefined, { 'x-didww-api-version': '2026-04-16' });

  expect(answer.document.meta).toEqual({ total_records: 1, api_version: '2026-11-19' });
});

// docs/providers/didww.md, Access tokens
test('a token that is no token, or not of this account, is refused with a challenge', async () => {
  const elsewhere = await startRig('2026-11-19');
  const foreign = (await elsewhere.mint()).text;
  await elsewhere.stop();
  const foreignText = (JSON.parse(foreign) as { readonly access_token: string }).access_token;

  expect(await withToken('nonsense')).toMatchObject(refusedToken('Token is invalid'));
  expect(await withToken(`${await token()}x`)).toMatchObject(refusedToken('Token is invalid'));
  expect(await withToken(foreignText)).toMatchObject(refusedToken('Token is invalid'));
});

// docs/providers/didww.md, Access tokens
test('a token for another service is refused; one for several services is not', async () => {
  const other = await token({ audience: 'api-sms.didww.com' });
  const both = await token({ audience: ['api-sms.didww.com', 'api.didww.com'] });

  expect(await withToken(other)).toMatchObject(refusedToken('Token is for another service'));
  expect((await withToken(both)).status).toBe(200);
});

// docs/providers/didww.md, Access tokens
test('tokens run out by the account’s clock, each for itself', async () => {
  const first = await token({ lifetimeSeconds: 60 });
  rig.advance(30_000);
  const second = await token({ lifetimeSeconds: 60 });
  expect([(await withToken(first)).status, (await withToken(second)).status]).toEqual([200, 200]);

  rig.advance(30_000);
  expect(await withToken(first)).toMatchObject(refusedToken('Token is expired'));
  expect((await withToken(second)).status).toBe(200);
  rig.advance(30_000);
  expect((await withToken(second)).status).toBe(401);
});

// docs/providers/didww.md, Access tokens
test('a token keeps the addresses that its key had when it was minted', async () => {
  const before = await rig.mint();
  rig.account.switches.allowedAddresses = ['203.0.113.0/24'];
  const after = await token({ allowedAddresses: ['203.0.113.0/24'] });
  const { access_token: early } = JSON.parse(before.text) as { readonly access_token: string };

  expect((await withToken(early)).status).toBe(200);
  expect(await withToken(after)).toMatchObject(refusedToken('Token is not allowed from this address'));
});

test('a token can be revoked, or all of them', async () => {
  const [one, other, third] = [await token(), await token(), await token()];
  const [issued] = rig.account.tokens.all();

  expect(rig.account.tokens.revoke(issued?.id ?? '')).toBe(true);
  expect(rig.account.tokens.revoke('nobody')).toBe(false);
  expect(await withToken(one)).toMatchObject(refusedToken('Token is revoked'));
  expect((await withToken(other)).status).toBe(200);
  rig.account.tokens.revokeAll();
  expect([(await withToken(other)).status, (await withToken(third)).status]).toEqual([401, 401]);
  expect((await withToken(await token())).status).toBe(200);
});

// docs/providers/didww.md, Access tokens: what a revoked key does to its tokens is not documented
test('tokens outlive their key', async () => {
  const text = await token();
  rig.account.apiKey = 'a new key';

  expect((await withToken(text)).status).toBe(200);
});

// docs/providers/didww.md, Access tokens
test('a token for reading reads, and is refused for everything else before it takes effect', async () => {
  const text = await token({ scope: 'read' });
  const body = create('voice_in_trunks', sipTrunk());
  const answers = [
    await withToken(text, '/voice_in_trunks', 'POST', body),
    await withToken(text, `/dids/${rig.did.id}`, 'PATCH', update('dids', rig.did.id, { description: 'x' })),
    await withToken(text, '/voice_in_trunks/1', 'DELETE'),
  ];

  expect((await withToken(text, '/dids')).status).toBe(200);
  for (const { status, headers, document } of answers) {
    expect([status, headers['www-authenticate']]).toEqual([403, 'Bearer error="insufficient_scope"']);
    expect(document.errors).toEqual([
      { title: 'Insufficient scope', detail: 'The token does not allow this.', code: '403', status: '403' },
    ]);
  }
  expect([rig.account.inboundTrunks.size, rig.did.description]).toEqual([0, null]);
});

// docs/providers/didww.md, Access tokens; the body is assumed
test('a read-only account is read, and refuses every write without a challenge', async () => {
  rig.account.switches.readOnly = true;
  const write = await rig.send('POST', '/voice_out_trunks', create('voice_out_trunks', outboundTrunk()));

  expect([write.status, write.headers]).toEqual([
    403,
    expect.not.objectContaining({ 'www-authenticate': INVALID_TOKEN }),
  ]);
  expect(write.document.errors).toMatchObject([{ title: 'Forbidden', code: '403' }]);
  expect((await rig.get('/voice_out_trunks')).status).toBe(200);
  expect((await rig.mint()).status).toBe(200);
});

// docs/providers/didww.md, Errors; Access tokens
test('the budget of requests is the account’s, over all its tokens; a 429 says how long to wait', async () => {
  rig.account.switches.requestsPerSecond = 2;
  const [one, other] = [await token(), await token()];
  const statuses = [(await withToken(one)).status, (await withToken(other)).status];
  const limited = await withToken(await token());

  expect([...statuses, limited.status]).toEqual([200, 200, 429]);
  expect(limited.headers['retry-after']).toBe('1');
  expect(limited.document).toEqual({
    errors: [{ title: 'Too Many Requests', code: 'too_many_requests', status: '429', detail: 'Too Many Requests' }],
  });
  rig.advance(1001);
  expect((await withToken(one)).status).toBe(200);
});

// docs/providers/didww.md, Errors; Access tokens
test('a rate limit set for tests looks like the account’s own, but for the wait that it names', async () => {
  rig.faults.rateLimit('GET /dids', { times: 1 });
  rig.faults.rateLimit('GET /dids', { retryAfterSeconds: 9, times: 1 });
  rig.faults.fail('GET /dids', { status: 429, times: 1 });
  const answers = [await rig.get('/dids'), await rig.get('/dids'), await rig.get('/dids')];
  const error = { title: 'Too Many Requests', detail: 'Too Many Requests', code: 'too_many_requests', status: '429' };

  expect(answers.map(({ document }) => document)).toEqual(Array.from({ length: 3 }, () => ({ errors: [error] })));
  expect(answers.map(({ headers }) => headers['retry-after'])).toEqual(['1', '9', '1']);
});

// docs/providers/didww.md, Access tokens
test('a 401 set for tests looks like that of a refused token', async () => {
  rig.faults.fail('GET /dids', { status: 401 });

  expect((await rig.get('/dids')).headers['www-authenticate']).toBe(INVALID_TOKEN);
});
