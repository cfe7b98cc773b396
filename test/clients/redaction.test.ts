import { describe, expect, test } from 'vitest';
import { createRedactor, type ProviderError } from '../../src/http/index.js';
import {
  didwwErrors,
  DIDWW_KEY,
  document,
  errorOf,
  givenDidww,
  givenVapi,
  outboundTrunkResource,
  VAPI_KEY,
} from './given.js';

const told = (error: ProviderError): string =>
  JSON.stringify([error.message, error.stack, error.operation, error.problems]);

test('a key that the provider repeats is in no message', async () => {
  const { didww } = await givenDidww(() => ({
    status: 401,
    body: didwwErrors({ title: `key ${DIDWW_KEY}`, detail: `The key ${DIDWW_KEY} is not valid` }),
  }));
  const { vapi } = await givenVapi(() => ({ status: 401, body: `no such key: ${VAPI_KEY}` }));

  const errors = [await errorOf(didww.getBalance()), await errorOf(vapi.listTools())];

  for (const error of errors) expect(told(error)).not.toMatch(/canary/);
});

test('SIP credentials that were read are in no later message', async () => {
  let isFirst = true;
  const { didww } = await givenDidww(() => {
    if (!isFirst)
      return { status: 422, body: didwwErrors({ detail: 'auth - digest-user-canary / digest-pass-canary' }) };
    isFirst = false;
    return { body: document(outboundTrunkResource()) };
  });

  const trunk = await didww.getOutboundTrunk('out-1');
  const error = await errorOf(didww.updateOutboundTrunk('out-1', { allowedSipIps: ['1.2.3.4'] }));

  expect(trunk).toMatchObject({ username: 'digest-user-canary', password: 'digest-pass-canary' });
  expect(told(error)).not.toMatch(/canary/);
});

test('SIP credentials that are sent are in no message of the answer to it', async () => {
  const { vapi } = await givenVapi(() => ({
    status: 400,
    body: { message: ['cannot log in as u-canary-1 with p-canary-2'] },
  }));

  const auth = { username: 'u-canary-1', password: 'p-canary-2' };
  const error = await errorOf(vapi.createCredential({ name: 'x', gateways: [], auth }));

  expect(told(error)).not.toMatch(/canary/);
});

test('a secret at the place where long words are cut does not survive by half', async () => {
  const { vapi } = await givenVapi(() => ({ status: 400, body: { message: `${'x'.repeat(290)} ${VAPI_KEY}` } }));

  expect(told(await errorOf(vapi.listTools()))).not.toMatch(/vapi-can/);
});

test('neither the query of a request nor the control URL of a call is in a message', async () => {
  const { didww } = await givenDidww(() => ({ status: 500 }));
  const { vapi, server } = await givenVapi(() => ({ status: 404 }));

  const found = await errorOf(didww.findDids(['+12025550100']));
  const controlled = await errorOf(vapi.controlCall(`${server.url}/canary/control?x=canary`, { type: 'end-call' }));

  expect(found.operation).toBe('GET /dids');
  expect(told(found)).not.toContain('12025550100');
  expect(told(controlled)).not.toMatch(/canary/);
});

describe('what looks like a credential is removed although nobody registered it', () => {
  test.each([
    'Authorization: Bearer canary-value-1',
    '{"authPassword":"canary-value-1"}',
    'auth_password=canary-value-1',
    "password: 'canary-value-1'",
    'Api-Key: canary-value-1',
    'see https://files.example/a.csv.gz?signature=canary-value-1 for more',
    'sip:user:canary-value-1@fra.eu.out.didww.com',
  ])('%s', (text) => {
    expect(createRedactor().redact(text)).not.toContain('canary');
  });

  test.each([
    "auth_password - can't be blank",
    'sip:+12025550100@fra.eu.out.didww.com:5060',
    'property authPassword should not exist',
  ])('plain words stay: %s', (text) => {
    expect(createRedactor().redact(text)).toBe(text);
  });
});

test('a secret is found in JSON and in URLs as well', () => {
  const redactor = createRedactor(['pa"ss/w&rd']);
  redactor.add(null);
  redactor.add('short');

  expect(redactor.redact(JSON.stringify({ value: 'pa"ss/w&rd' }))).toBe('{"value":"[redacted]"}');
  expect(redactor.redact(encodeURIComponent('pa"ss/w&rd'))).toBe('[redacted]');
  expect(redactor.redact('short')).toBe('short');
});
