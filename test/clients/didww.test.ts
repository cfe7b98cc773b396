import { expect, test } from 'vitest';
import { DID_GROUP, didResource, document, errorOf, givenDidww, outboundTrunkResource } from './given.js';
import type { Seen } from './provider.js';

const included = { included: [DID_GROUP] };
const INCLUDES = 'voice_in_trunk,voice_in_trunk_group,did_group,shared_capacity_group';

test.each([
  [
    'another version',
    { data: {}, meta: { api_version: '2026-11-19' } },
    'in API version 2026-11-19, not in 2026-04-16',
  ],
  ['no version', { data: {} }, 'does not name its API version'],
])('an answer of %s is unexpected', async (_, body, words) => {
  const { didww } = await givenDidww(() => ({ body }));

  const error = await errorOf(didww.getBalance());

  expect(error.errorClass).toBe('unexpected-answer');
  expect(error.message).toContain(words);
});

test('the balance stays decimal text', async () => {
  const attributes = { balance: '-50.00', credit: 110, total_balance: '60.00' };
  const { didww } = await givenDidww(() => ({ body: document({ id: 'b', type: 'balances', attributes }) }));

  expect(await didww.getBalance()).toEqual({ balance: '-50.00', credit: '110', total: '60.00' });
});

test('numbers are asked for in digits, a hundred a request, each once', async () => {
  const numbers = Array.from({ length: 205 }, (_, index) => `+1202555${String(index).padStart(4, '0')}`);
  const asked = (request: Seen): string[] => (request.query['filter[number]'] ?? '').split(',');
  const { didww, server } = await givenDidww((request) => ({
    body: document(
      asked(request).map((digits) => didResource(`did-${digits}`, digits)),
      included,
    ),
  }));

  const found = await didww.findDids([...numbers, '12025550000']);

  expect(found.map(({ number }) => number)).toEqual(numbers);
  expect(server.seen.map((request) => asked(request).length).sort()).toEqual([100, 100, 5]);
  expect(server.seen[0]?.query).toMatchObject({ 'page[size]': '100', include: INCLUDES });
});

test('no numbers are found without a request', async () => {
  const { didww, server } = await givenDidww(() => ({ status: 500 }));

  expect(await didww.findDids([])).toEqual([]);
  expect(server.seen).toHaveLength(0);
});

test('a number says where it is routed and what it can do', async () => {
  const { didww } = await givenDidww(() => ({
    body: document(didResource('d1', '12025550100', { group: 'grp' }), included),
  }));

  expect(await didww.getDid('d1')).toEqual({
    id: 'd1',
    number: '+12025550100',
    blocked: false,
    awaitingRegistration: false,
    terminated: false,
    expiresAt: '2027-01-01T00:00:00.000Z',
    channelsIncluded: 2,
    channelsDedicated: 0,
    features: ['voice_in', 'voice_out'],
    isMetered: false,
    routing: { kind: 'group', id: 'grp' },
  });
});

test('an answer that does not say where a number is routed is unexpected, rather than taken for not routed', async () => {
  const { relationships: _, ...resource } = didResource('d1', '12025550100') as { relationships: unknown };
  const { didww } = await givenDidww(() => ({ body: document(resource, included) }));

  const error = await errorOf(didww.getDid('d1'));

  expect(error.errorClass).toBe('unexpected-answer');
  expect(error.message).toContain('data.relationships');
});

test('a number is routed to a trunk with the group taken away in the same request', async () => {
  const { didww, server } = await givenDidww(() => ({
    body: document(didResource('d1', '12025550100', { trunk: 'in-1' }), included),
  }));

  const did = await didww.routeDid('d1', { kind: 'trunk', id: 'in-1' });

  expect(did.routing).toEqual({ kind: 'trunk', id: 'in-1' });
  expect(server.seen.map(({ method }) => method)).toEqual(['PATCH', 'GET']);
  expect(server.seen[0]).toMatchObject({
    method: 'PATCH',
    query: {},
    body: {
      data: {
        type: 'dids',
        id: 'd1',
        relationships: {
          voice_in_trunk: { data: { type: 'voice_in_trunks', id: 'in-1' } },
          voice_in_trunk_group: { data: null },
        },
      },
    },
  });
  expect(server.seen[0]?.headers['content-type']).toBe('application/vnd.api+json');
});

test('all pages of the numbers behind a trunk are read', async () => {
  const { didww, server } = await givenDidww(({ query }) => {
    const page = Number(query['page[number]']);
    const resource = didResource(`d${String(page)}`, `1202555010${String(page)}`, { trunk: 'in-1' });
    return { body: document([resource], { ...included, links: { first: 'a', ...(page < 3 ? { next: 'b' } : {}) } }) };
  });

  const found = await didww.findDidsRoutedTo({ kind: 'trunk', id: 'in-1' });

  expect(found.map(({ id }) => id)).toEqual(['d1', 'd2', 'd3']);
  expect(server.seen[2]?.query).toMatchObject({ 'filter[voice_in_trunk.id]': 'in-1', 'page[number]': '3' });
});

test('an outbound trunk is read with its SIP credentials and its caller ids', async () => {
  const { didww, server } = await givenDidww(() => ({ body: document([outboundTrunkResource()]) }));

  const [trunk] = await didww.findOutboundTrunks({ reference: 'patchbay/acme' });

  expect(trunk).toMatchObject({
    id: 'out-1',
    name: 'patchbay acme out',
    reference: 'patchbay/acme',
    thresholdAmount: '50.0',
    capacityLimit: 10,
    allowedSipIps: ['203.0.113.10/32'],
    username: 'digest-user-canary',
    didIds: ['did-1'],
    spentAmount: '0.0',
  });
  expect(server.seen[0]?.query).toMatchObject({
    'filter[external_reference_id]': 'patchbay/acme',
    include: 'dids',
  });
});

test('an outbound trunk is written from a fixed list of members, and nothing that was read goes back', async () => {
  const { didww, server } = await givenDidww(() => ({ status: 201, body: document(outboundTrunkResource()) }));

  const read = await didww.getOutboundTrunk('out-1');
  await didww.createOutboundTrunk({
    ...read,
    onCliMismatchAction: 'reject_call',
    allowAnyDidAsCli: false,
    status: 'active',
    defaultDstAction: 'allow_all',
    mediaEncryptionMode: 'disabled',
    didIds: ['did-1'],
  });

  expect(server.seen[1]?.body).toEqual({
    data: {
      type: 'voice_out_trunks',
      attributes: {
        name: 'patchbay acme out',
        external_reference_id: 'patchbay/acme',
        on_cli_mismatch_action: 'reject_call',
        allow_any_did_as_cli: false,
        capacity_limit: 10,
        threshold_amount: '50.0',
        status: 'active',
        default_dst_action: 'allow_all',
        dst_prefixes: [],
        media_encryption_mode: 'disabled',
        authentication_method: {
          type: 'credentials_and_ip',
          attributes: { allowed_sip_ips: ['203.0.113.10/32'], tech_prefix: null },
        },
      },
      relationships: { dids: { data: [{ type: 'dids', id: 'did-1' }] } },
    },
  });
});

test('a change of the caller ids alone leaves the authentication alone', async () => {
  const { didww, server } = await givenDidww(() => ({ body: document(outboundTrunkResource()) }));

  await didww.updateOutboundTrunk('out-1', { didIds: [] });

  expect(server.seen[0]?.body).toEqual({
    data: { type: 'voice_out_trunks', id: 'out-1', attributes: {}, relationships: { dids: { data: [] } } },
  });
});

test('an inbound trunk is read whatever of its configuration is missing', async () => {
  const attributes = {
    name: 'office',
    external_reference_id: null,
    configuration: { type: 'pstn_configurations', attributes: { dst: '12025550199' } },
  };
  const relationships = { voice_in_trunk_group: { data: null } };
  const { didww } = await givenDidww(() => ({
    body: document({ id: 'in-9', type: 'voice_in_trunks', attributes, relationships }),
  }));

  const trunk = await didww.getInboundTrunk('in-9');

  expect(trunk).toMatchObject({ name: 'office', reference: null, description: null, group: null });
  expect(trunk.configuration).toMatchObject({ type: 'pstn_configurations', host: null, maxTransfers: 0 });
});

test('an inbound trunk whose group an answer does not tell is not taken for one without a group', async () => {
  const configuration = { type: 'sip_configurations', attributes: {} };
  const resource = { id: 'in-9', type: 'voice_in_trunks', attributes: { name: 'office', configuration } };
  const { didww, server } = await givenDidww(({ path }) => ({
    body: document(path.endsWith('in-9') ? resource : [resource]),
  }));

  const errors = [
    await errorOf(didww.getInboundTrunk('in-9')),
    await errorOf(didww.findInboundTrunks({ reference: 'patchbay/acme' })),
  ];

  expect(errors.map(({ errorClass, message }) => [errorClass, message.includes('relationships')])).toEqual([
    ['unexpected-answer', true],
    ['unexpected-answer', true],
  ]);
  expect(server.seen.map(({ query }) => query['include'])).toEqual(['voice_in_trunk_group', 'voice_in_trunk_group']);
});

test('an inbound trunk is written as DIDWW spells it, nulls included', async () => {
  const configuration = { host: 'sip.vapi.ai', port: 5060, auth_enabled: true, max_transfers: '1', codec_ids: [9, 10] };
  const { didww, server } = await givenDidww(() => ({
    body: document({
      id: 'in-1',
      type: 'voice_in_trunks',
      attributes: { name: 'n', configuration: { type: 'sip_configurations', attributes: configuration } },
    }),
  }));

  const trunk = await didww.updateInboundTrunk('in-1', {
    description: null,
    configuration: { authEnabled: false, authUser: null, authPassword: null, max30xRedirects: 0 },
  });

  expect(trunk.configuration).toMatchObject({
    host: 'sip.vapi.ai',
    port: 5060,
    maxTransfers: 1,
    codecs: ['pcmu', 'pcma'],
  });
  expect(server.seen[0]?.body).toEqual({
    data: {
      type: 'voice_in_trunks',
      id: 'in-1',
      attributes: {
        description: null,
        configuration: {
          type: 'sip_configurations',
          attributes: { auth_enabled: false, auth_user: null, auth_password: null, max_30x_redirects: 0 },
        },
      },
    },
  });
});

test('a trunk that is gone is not found, and one that is removed answers with nothing', async () => {
  const { didww } = await givenDidww(({ path }) => ({ status: path.endsWith('gone') ? 404 : 204 }));

  await didww.deleteOutboundTrunk('there');
  expect(await errorOf(didww.deleteOutboundTrunk('gone'))).toMatchObject({ errorClass: 'not-found' });
});
