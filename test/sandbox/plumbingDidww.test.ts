// The DIDWW account of a sandbox from outside: its version, its tokens, and what is set about them over the
// control server.
import { fetch } from 'undici';
import { expect, test } from 'vitest';

import type { SandboxOptions } from '../../src/sandbox/index.js';
import { control, givenSandbox, mint } from './sandboxRig.js';

test('the DIDWW account is of 2026-11-19, unless option or scenario say otherwise; the option wins', async () => {
  const scenario = { switches: { didww: { apiVersion: '2026-04-16' } } };
  const versions = async (options: SandboxOptions) => (await givenSandbox(options)).didww.switches.apiVersion;

  expect(await versions({})).toBe('2026-11-19');
  expect(await versions({ scenario })).toBe('2026-04-16');
  expect(await versions({ didwwVersion: '2026-04-16' })).toBe('2026-04-16');
  expect(await versions({ scenario, didwwVersion: '2026-11-19' })).toBe('2026-11-19');
});

test('an account is upgraded over HTTP while it is in use', async () => {
  const sandbox = await givenSandbox({ didwwVersion: '2026-04-16' });
  const byKey = async (): Promise<number> =>
    (await fetch(`${sandbox.didwwUrl}/dids`, { headers: { 'api-key': sandbox.didwwApiKey } })).status;
  expect(await byKey()).toBe(200);

  const upgraded = await control(sandbox, 'POST', '/switches', { didww: { apiVersion: '2026-11-19' } });
  expect(upgraded.body).toMatchObject({ didww: { apiVersion: '2026-11-19' } });
  expect(await byKey()).toBe(401);
  expect((await mint(sandbox)).status).toBe(200);
});

test('tokens are listed over HTTP without their text, and revoked one by one or all together', async () => {
  const sandbox = await givenSandbox();
  for (let count = 0; count < 2; count++) await mint(sandbox);
  const [first, second] = sandbox.didww.tokens.all();
  const listed = await control(sandbox, 'GET', '/tokens');

  expect(listed.body).toEqual([
    {
      id: first?.id,
      issuedAt: first?.issuedAt,
      expiresAt: (first?.issuedAt ?? 0) + 900_000,
      scope: 'full',
      apiVersion: '2026-11-19',
      revoked: false,
    },
    expect.objectContaining({ id: second?.id, revoked: false }),
  ]);
  const states = () => sandbox.didww.tokens.all().map(({ revoked }) => revoked);
  expect((await control(sandbox, 'DELETE', `/tokens/${first?.id ?? ''}`)).status).toBe(204);
  expect(states()).toEqual([true, false]);
  expect((await control(sandbox, 'DELETE', '/tokens/9')).body).toEqual({
    error: 'There is no token 9; see GET /tokens.',
  });
  expect((await control(sandbox, 'DELETE', '/tokens')).status).toBe(204);
  expect(states()).toEqual([true, true]);
});

test('life, limit and faults of tokens are set over HTTP', async () => {
  const sandbox = await givenSandbox();
  const switches = { didww: { tokenLifetimeSeconds: 1.5, mintsPerMinute: 1, allowedAddresses: ['127.0.0.1'] } };
  expect((await control(sandbox, 'POST', '/switches', switches)).body).toMatchObject(switches);
  await control(sandbox, 'POST', '/faults', { kind: 'fail', match: 'POST /token', status: 503, times: 1 });

  expect([(await mint(sandbox)).status, (await mint(sandbox)).status, (await mint(sandbox)).status]).toEqual([
    503, 200, 429,
  ]);
  const [token] = sandbox.didww.tokens.all();
  expect((token?.expiresAt ?? 0) - (token?.issuedAt ?? 0)).toBe(1500);
});
