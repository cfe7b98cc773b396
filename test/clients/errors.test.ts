import { describe, expect, test } from 'vitest';
import type { WireErrorClass } from '../../src/http/index.js';
import { didwwErrors, errorOf, givenDidww, givenVapi } from './given.js';
import type { Reply } from './provider.js';

const jsonApi = (status: number, title: string, detail: string): Reply => ({
  status,
  body: didwwErrors({
    title,
    detail,
    code: '100',
    status: String(status),
    source: { pointer: '/data/attributes/name' },
  }),
});

describe('an answer of DIDWW to a write is classed once', () => {
  const rows: readonly [string, Reply, WireErrorClass, boolean][] = [
    [
      'an unknown member',
      jsonApi(400, 'Param not allowed', 'incoming_auth_username is not allowed.'),
      'invalid-request',
      false,
    ],
    ['a refused key', jsonApi(401, 'Unauthorized', 'Authorization failed'), 'authentication', false],
    ['outbound calling not enabled', { status: 403 }, 'permission', false],
    ['an unknown id', jsonApi(404, 'Record not found', 'could not be found.'), 'not-found', false],
    ['a media type', jsonApi(406, 'Not acceptable', 'x'), 'invalid-request', false],
    ['a request time-out', { status: 408 }, 'provider-fault', true],
    ['a conflict', { status: 409 }, 'conflict', false],
    ['another media type', { status: 415 }, 'invalid-request', false],
    ['a taken name', jsonApi(422, 'has already been taken', 'name - has already been taken'), 'conflict', false],
    ['a trunk in use', jsonApi(422, 'is in use', 'the trunk is still in use'), 'conflict', false],
    [
      'a limit',
      jsonApi(422, 'is too big', 'capacity_limit - must be less than or equal to 32767'),
      'invalid-request',
      false,
    ],
    ['a wordless 422', { status: 422 }, 'invalid-request', false],
    [
      'too many requests',
      { status: 429, body: didwwErrors({ status: '429', detail: 'Too Many Requests' }) },
      'rate-limited',
      false,
    ],
    ['a fault', { status: 500, body: '<html><head><title>Oops</title></head></html>' }, 'provider-fault', true],
    ['an outage', { status: 503 }, 'provider-fault', true],
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example/' } }, 'unexpected-answer', false],
  ];

  test.each(rows)('%s', async (_, reply, errorClass, mayHaveTakenEffect) => {
    const { didww, server } = await givenDidww(() => reply);

    const error = await errorOf(didww.updateInboundTrunk('in-1', { description: null }));

    expect(error).toMatchObject({ provider: 'didww', errorClass, mayHaveTakenEffect, status: reply.status });
    expect(error.operation).toBe('PATCH /voice_in_trunks/in-1');
    expect(error.message).toMatch(/^DIDWW .*PATCH \/voice_in_trunks\/in-1 \(\d{3}\).*\.$/);
    expect(server.seen).toHaveLength(1);
  });
});

describe('an answer of Vapi is classed once', () => {
  const rows: readonly [string, Reply, WireErrorClass, RegExp][] = [
    [
      'a list of messages',
      { status: 400, body: { message: ['name is too long', 'x should not exist'], statusCode: 400 } },
      'invalid-request',
      /name is too long; x should not exist/,
    ],
    [
      'one message',
      { status: 400, body: { message: "Couldn't Get Assistant.", error: 'Bad Request' } },
      'invalid-request',
      /Couldn't Get Assistant/,
    ],
    [
      'a refused key',
      { status: 401, body: { message: 'Invalid Key. Hot tip, …', statusCode: 401 } },
      'authentication',
      /Invalid Key/,
    ],
    [
      'Cloudflare',
      { status: 403, body: 'error code: 1010' },
      'permission',
      /Cloudflare, blocked this client \(error code: 1010\)/,
    ],
    ['a wordless 404', { status: 404, body: '' }, 'not-found', /\(404\)\.$/],
    [
      'a pinned tool',
      { status: 409, body: { error: 'tool_pinned', message: 'The tool is pinned' } },
      'conflict',
      /The tool is pinned/,
    ],
    [
      'a page',
      { status: 502, body: '<!DOCTYPE html><html><title>502: Bad gateway</title><p>long</p></html>' },
      'provider-fault',
      /: 502: Bad gateway\.$/,
    ],
    ['a plain word', { status: 504, body: 'upstream timed out' }, 'provider-fault', /: upstream timed out\.$/],
  ];

  test.each(rows)('%s', async (_, reply, errorClass, words) => {
    const { vapi, server } = await givenVapi(() => reply);

    const error = await errorOf(vapi.getTool('t-1'));

    expect(error).toMatchObject({ provider: 'vapi', errorClass, status: reply.status, mayHaveTakenEffect: false });
    expect(error.message).toMatch(words);
    expect(server.seen).toHaveLength(1);
  });
});

test('every problem that DIDWW names is kept with its pointer', async () => {
  const { didww } = await givenDidww(() => ({
    status: 422,
    body: didwwErrors(
      { title: 'is too long', detail: 'name - is too long', source: { pointer: '/data/attributes/name' } },
      { title: 'has already been taken', detail: 'name - has already been taken' },
    ),
  }));

  const error = await errorOf(didww.updateInboundTrunk('in-1', {}));

  expect(error.errorClass).toBe('invalid-request');
  expect(error.problems).toEqual([
    { title: 'is too long', detail: 'name - is too long', pointer: '/data/attributes/name' },
    { title: 'has already been taken', detail: 'name - has already been taken' },
  ]);
});

test('a DELETE that is refused with 422 is a conflict whatever the words: it has no input that could be invalid', async () => {
  const { didww } = await givenDidww(() => ({ status: 422, body: 'no' }));

  expect(await errorOf(didww.deleteInboundTrunk('in-1'))).toMatchObject({ errorClass: 'conflict' });
});

describe('Retry-After', () => {
  const rows: readonly [string, string, number | undefined][] = [
    ['seconds', '3', 3_000],
    ['a fraction', '0.25', 250],
    ['zero', '0', 0],
    ['more than ten minutes', '86400', 600_000],
    ['a date that has passed', 'Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['a date far ahead', 'Wed, 21 Oct 2099 07:28:00 GMT', 600_000],
    ['nonsense', 'soon', undefined],
    ['nothing', '', undefined],
  ];

  test.each(rows)('as %s', async (_, header, wait) => {
    const { vapi } = await givenVapi(() => ({ status: 429, headers: { 'retry-after': header }, body: {} }));

    const error = await errorOf(vapi.listTools());

    expect(error.errorClass).toBe('rate-limited');
    expect(error.retryAfterMs).toBe(wait);
  });
});
