import { decodeJwt } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Answer, Rig } from './didwwRig.js';
import { startRig, tokenRequest } from './didwwRig.js';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-11-19');
});
afterEach(() => rig.stop());

interface Minted {
  readonly access_token: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly api_version: string;
}

/** The answer of a mint that has to work. */
async function minted(body: object): Promise<Minted> {
  const answer = await rig.mint({ ...tokenRequest, ...body });
  expect(answer.status, answer.text).toBe(200);
  return JSON.parse(answer.text) as Minted;
}

/** Status and OAuth code of a mint that is refused. */
async function refusal(answer: Promise<Answer>): Promise<string> {
  const { status, text, headers } = await answer;
  const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
  expect(Object.keys(body)).toEqual(['error', 'error_description']);
  expect(headers['content-type']).toContain('application/json');
  return `${String(status)} ${String(body['error'])}`;
}

// docs/providers/didww.md, Access tokens
test('the key is exchanged for a bearer token, in an answer that nobody may store', async () => {
  const answer = await rig.mint(tokenRequest);

  expect(JSON.parse(answer.text)).toEqual({
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
    token_type: 'Bearer',
    expires_in: 900,
    aud: 'api.didww.com',
    scope: 'full',
    api_version: '2026-11-19',
  });
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
});

// docs/providers/didww.md, Access tokens
test('a token says what it is for, until when, in which version and from where', async () => {
  rig.account.switches.allowedAddresses = ['127.0.0.0/8'];
  const { access_token: text } = await minted({ scope: 'read', expires_in: 60 });
  const { iat = 0, ...claims } = decodeJwt(text);

  expect(claims).toEqual({
    aud: 'api.didww.com',
    scope: 'read',
    api_version: '2026-11-19',
    allowed_ips: ['127.0.0.0/8'],
    exp: expect.closeTo(iat + 60, -0.5) as number,
    jti: rig.account.tokens.all()[0]?.id,
  });
});

// docs/providers/didww.md, Access tokens
test('the audience is one service or several, and has to be known', async () => {
  const several = ['api-sms.didww.com', 'api.didww.com'];

  expect(await minted({ aud: several })).toMatchObject({ aud: several });
  expect(await refusal(rig.mint({ ...tokenRequest, aud: undefined }))).toBe('400 invalid_request');
  expect(await refusal(rig.mint({ ...tokenRequest, aud: [] }))).toBe('400 invalid_request');
  expect(await refusal(rig.mint({ ...tokenRequest, aud: 'sandbox-api.didww.com' }))).toBe('400 invalid_request');
  expect(await refusal(rig.mint({ ...tokenRequest, aud: ['api.didww.com', 'example.com'] }))).toBe(
    '400 invalid_request',
  );
});

// docs/providers/didww.md, Access tokens
test('a body that is no JSON object is refused', async () => {
  expect(await refusal(rig.mint('aud=api.didww.com'))).toBe('400 invalid_request');
  expect(await refusal(rig.mint('"api.didww.com"'))).toBe('400 invalid_request');
  expect(await refusal(rig.mint('', { 'content-type': undefined }))).toBe('400 invalid_request');
});

// docs/providers/didww.md, Access tokens
test('the scope is full unless another is asked for; an unknown part of reading is granted as reading', async () => {
  expect((await minted({ scope: undefined })).scope).toBe('full');
  expect((await minted({ scope: 'read' })).scope).toBe('read');
  expect((await minted({ scope: 'read:invoices' })).scope).toBe('read');
  expect(await refusal(rig.mint({ ...tokenRequest, scope: 'write' }))).toBe('400 invalid_scope');
});

// docs/providers/didww.md, Access tokens; that the answer shows the clamped life is assumed
test.each([
  [undefined, 900],
  [10, 60],
  [1800, 1800],
  [99_999, 3600],
])('a life of %s seconds is granted as %s', async (asked, given) => {
  expect((await minted({ expires_in: asked })).expires_in).toBe(given);
});

// docs/providers/didww.md, Access tokens
test('a wrong or missing key gets no token', async () => {
  expect(await refusal(rig.mint(tokenRequest, { 'api-key': 'of somebody else' }))).toBe('401 invalid_client');
  expect(await refusal(rig.mint(tokenRequest, { 'api-key': undefined }))).toBe('401 invalid_client');
  expect(rig.account.tokens.all()).toEqual([]);
});

// docs/providers/didww.md, Access tokens
test('a key gets no token where it may not be used', async () => {
  rig.account.switches.allowedAddresses = ['203.0.113.7'];

  expect(await refusal(rig.mint())).toBe('401 invalid_client');
});

// docs/providers/didww.md, Access tokens; the number of mints is not documented
test('too many mints within a minute are refused with the time to wait', async () => {
  rig.account.switches.mintsPerMinute = 2;
  await minted({});
  rig.advance(20_000);
  await minted({});
  const limited = await rig.mint();

  expect(await refusal(Promise.resolve(limited))).toBe('429 rate_limit_exceeded');
  expect(limited.headers['retry-after']).toBe('40');
  rig.advance(40_000);
  expect((await rig.mint()).status).toBe(200);
});

// docs/providers/didww.md, Access tokens
test('the token service knows no other verb and is not part of the API', async () => {
  const url = rig.url.replace('/v3', '/token');

  expect((await rig.get(url)).status).toBe(404);
  expect((await rig.send('POST', '/token', {})).status).toBe(404);
});

test('a life of tokens can be set for tests, below the shortest that DIDWW gives too', async () => {
  rig.account.switches.tokenLifetimeSeconds = 2;

  expect((await minted({ expires_in: 3600 })).expires_in).toBe(2);
});

test('a mint is logged as no write, without key and token, and its text can be searched for', async () => {
  const { access_token: text } = await minted({});

  expect(rig.requests.all()).toMatchObject([
    { server: 'didww', method: 'POST', path: '/token', write: false, status: 200 },
  ]);
  expect(JSON.stringify(rig.requests.all())).not.toContain(text);
  expect(rig.account.issuedSecrets).toEqual([text]);
});

test('a fault of the token service has the form of its errors', async () => {
  rig.faults.fail('POST /token', { status: 503, times: 1 });
  rig.faults.fail('POST /token', { status: 401, times: 1 });
  rig.faults.rateLimit('POST /token', { times: 1 });
  rig.faults.rateLimit('POST /token', { retryAfterSeconds: 7, times: 1 });
  const [broken, refused, limited, patient] = [await rig.mint(), await rig.mint(), await rig.mint(), await rig.mint()];

  expect(broken.status).toBe(503);
  expect(JSON.parse(broken.text)).toEqual({ error: 'server_error', error_description: 'Service Unavailable' });
  expect(JSON.parse(refused.text)).toEqual({ error: 'invalid_client', error_description: 'Unauthorized' });
  expect(JSON.parse(limited.text)).toEqual({ error: 'rate_limit_exceeded', error_description: 'Too Many Requests' });
  expect([limited.headers['retry-after'], patient.headers['retry-after']]).toEqual(['1', '7']);
  expect(rig.account.tokens.all()).toEqual([]);
});
