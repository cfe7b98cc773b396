import { expect, onTestFinished, test } from 'vitest';
import { createDidww, type InboundTrunkInput } from '../../src/didww/index.js';
import { curlCommand } from '../../src/didww/versions/curl.js';
import type { ApiVersion } from '../../src/didww/versions/settings.js';
import { DIDWW_KEY, didwwErrors, errorOf } from './given.js';
import { givenProvider, type Reply, type Seen } from './provider.js';

const INPUT: InboundTrunkInput = {
  name: 'patchbay acme in',
  reference: 'patchbay/acme',
  configuration: {
    host: 'sip.vapi.ai',
    port: 5061,
    username: '+{DID}',
    transport: 'tls',
    networkProtocolPriority: 'prefer_ipv4',
    resolveRuri: false,
    codecs: ['pcmu', 'pcma', 'telephone_event'],
    authEnabled: false,
    authUser: null,
    authPassword: null,
    maxTransfers: 1,
  },
};

/** A DIDWW whose inbound trunks are written and shown in a form of the test's own. */
async function givenTrunks(version: ApiVersion, play: (sent: Readonly<Record<string, unknown>>) => Reply) {
  const { url, seen } = await givenProvider((request) => {
    if (request.path === '/token') return { body: granted };
    return play(configurationOf(request));
  });
  const didww = createDidww({ apiUrl: `${url}/v3`, apiKey: DIDWW_KEY, version });
  onTestFinished(() => didww.close());
  return { didww, sent: () => seen.filter(({ path }) => path !== '/token').map(configurationOf) };
}

const granted = { access_token: 'token-canary', token_type: 'Bearer', expires_in: 900, api_version: '2026-11-19' };

function configurationOf({ body }: Seen): Readonly<Record<string, unknown>> {
  const { data } = body as { data: { attributes: { configuration: { attributes: Record<string, unknown> } } } };
  return data.attributes.configuration.attributes;
}

const shown = (version: ApiVersion, attributes: object): Reply => ({
  body: {
    data: {
      id: 'in-1',
      type: 'voice_in_trunks',
      attributes: { name: 'patchbay acme in', configuration: { type: 'sip_configurations', attributes } },
    },
    meta: { api_version: version },
  },
});

const notAllowed = (...members: readonly string[]): Reply => ({
  status: 400,
  body: didwwErrors(
    ...members.map((name) => ({ title: 'Param not allowed', detail: `${name} is not allowed.`, code: '105' })),
  ),
});

test.each([
  ['2026-04-16', { transport_protocol_id: 3, codec_ids: [9, 10, 6] }],
  ['2026-11-19', { transport_protocol_id: 3, codecs: ['pcmu', 'pcma', 'telephone_event'] }],
] as const)('a trunk is written and read in the form of %s', async (version, form) => {
  const { didww, sent } = await givenTrunks(version, () => shown(version, form));

  const { configuration } = await didww.createInboundTrunk(INPUT);

  expect(sent()).toEqual([
    {
      ...form,
      host: 'sip.vapi.ai',
      port: 5061,
      username: '+{DID}',
      network_protocol_priority: 'prefer_ipv4',
      resolve_ruri: false,
      auth_enabled: false,
      auth_user: null,
      auth_password: null,
      max_transfers: 1,
    },
  ]);
  expect(configuration).toMatchObject({ transport: 'tls', codecs: ['pcmu', 'pcma', 'telephone_event'] });
});

test('a member that DIDWW refuses by name is written in its other form, which is remembered', async () => {
  const form = { transport_protocol: 'tls', codecs: ['pcmu'] };
  const { didww, sent } = await givenTrunks('2026-11-19', (members) =>
    'transport_protocol_id' in members ? notAllowed('transport_protocol_id') : shown('2026-11-19', form),
  );

  const { configuration } = await didww.createInboundTrunk(INPUT);
  await didww.updateInboundTrunk('in-1', { configuration: { transport: 'udp' } });

  expect(configuration).toMatchObject({ transport: 'tls', codecs: ['pcmu'] });
  expect(sent().map(({ transport_protocol_id: id, transport_protocol: name }) => ({ id, name }))).toEqual([
    { id: 3, name: undefined },
    { id: undefined, name: 'tls' },
    { id: undefined, name: 'udp' },
  ]);
});

test('members that are refused one after the other are each written in their other form', async () => {
  const { didww, sent } = await givenTrunks('2026-11-19', (members) => {
    if ('transport_protocol_id' in members) return notAllowed('transport_protocol_id');
    if ('codecs' in members) return notAllowed('codecs');
    return shown('2026-11-19', { codec_ids: [9] });
  });

  await didww.createInboundTrunk(INPUT);

  expect(sent()).toHaveLength(3);
  expect(sent().at(-1)).toMatchObject({ transport_protocol: 'tls', codec_ids: [9, 10, 6] });
});

test('a member of which every form is refused fails with the refusal of the known one', async () => {
  const { didww, sent } = await givenTrunks('2026-11-19', (members) =>
    notAllowed(...Object.keys(members).filter((name) => name.startsWith('transport_protocol'))),
  );

  const error = await errorOf(didww.createInboundTrunk(INPUT));

  expect(error.errorClass).toBe('invalid-request');
  expect(error.message).toContain('transport_protocol_id is not allowed');
  expect(sent()).toHaveLength(2);
});

test.each([
  ['that has one form alone', '2026-04-16', notAllowed('transport_protocol_id')],
  ['that is not ours to spell', '2026-11-19', notAllowed('max_transfers')],
] as const)('a refused member %s shows in the message, and nothing is sent again', async (_, version, refusal) => {
  const { didww, sent } = await givenTrunks(version, () => refusal);

  const error = await errorOf(didww.createInboundTrunk(INPUT));

  expect(error.message).toMatch(/(transport_protocol_id|max_transfers) is not allowed/);
  expect(sent()).toHaveLength(1);
});

test('a refused member shows in the message although the words of DIDWW do not name it', async () => {
  const pointer = '/data/attributes/configuration/attributes/codecs';
  const { didww } = await givenTrunks('2026-11-19', () => ({
    status: 422,
    body: didwwErrors({ title: 'is invalid', detail: 'is invalid', source: { pointer } }),
  }));

  expect((await errorOf(didww.createInboundTrunk(INPUT))).message).toContain('is invalid (codecs)');
});

test("a person's command is let in as the version wants it; where that is not known it finds out, the key first", () => {
  const urls = { apiUrl: 'https://api/v3', authUrl: 'https://auth' };
  const key = `-H "Api-Key: $DIDWW_API_KEY"`;
  const accept = `-H 'Accept: application/vnd.api+json'`;
  const keyHeaders = `${key} -H "X-DIDWW-Api-Version: 2026-04-16" ${accept}`;
  const withKey = `curl -fsS ${keyHeaders} 'https://x/1'`;
  const withToken =
    `(TOKEN=$(curl -fsS ${key} -H 'Content-Type: application/json'` +
    ` -d '{"aud":"api.didww.com","api_version":"2026-11-19"}' 'https://auth/token' | jq -re .access_token)` +
    ` && curl -fsS -H "Authorization: Bearer $TOKEN" ${accept} 'https://x/1')`;
  const look = `curl -sS -o /dev/null -w '%{http_code}' ${keyHeaders} 'https://api/v3/balance'`;
  const command = (version: ApiVersion | undefined): string => curlCommand(version, urls)(`'https://x/1'`);

  expect(command('2026-04-16')).toBe(withKey);
  expect(command('2026-11-19')).toBe(withToken);
  expect(command(undefined)).toBe(`if [ "$(${look})" = 401 ]; then ${withToken}; else ${withKey}; fi`);
});

test('a refusal that names the form which was not sent has it sent, and then ends', async () => {
  const missing = {
    status: 400,
    body: didwwErrors({
      title: 'Missing Parameter',
      detail: 'The required parameter, transport_protocol, is missing.',
    }),
  };
  const { didww, sent } = await givenTrunks('2026-11-19', () => missing);

  const error = await errorOf(didww.createInboundTrunk(INPUT));

  expect(error.message).toContain('transport_protocol, is missing');
  expect(sent().map((members) => Object.keys(members).filter((name) => name.startsWith('transport')))).toEqual([
    ['transport_protocol_id'],
    ['transport_protocol'],
  ]);
});

test.each([
  ['has a fault', { status: 503 }, 'provider-fault', true],
  [
    'finds the name taken',
    { status: 422, body: didwwErrors({ title: 'has already been taken', detail: 'name - has already been taken' }) },
    'conflict',
    false,
  ],
] as const)(
  'a write in its other form that %s fails as any write',
  async (_, reply, errorClass, mayHaveTakenEffect) => {
    const { didww } = await givenTrunks('2026-11-19', (members) =>
      'transport_protocol_id' in members ? notAllowed('transport_protocol_id') : reply,
    );

    expect(await errorOf(didww.createInboundTrunk(INPUT))).toMatchObject({ errorClass, mayHaveTakenEffect });
  },
);
