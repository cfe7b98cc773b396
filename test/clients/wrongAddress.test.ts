import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDidww } from '../../src/didww/index.js';
import { createRedactor } from '../../src/http/index.js';
import { wireFailure } from '../../src/http/wireFailure.js';
import { startSandbox } from '../../src/sandbox/index.js';
import { createVapi } from '../../src/vapi/index.js';
import { errorOf } from './given.js';

describe('an address at which something else answers', () => {
  test.each([
    ['without the path of the version', (didwwUrl: string) => didwwUrl.replace('/v3', ''), 'auto'],
    ['with an old path', (didwwUrl: string) => didwwUrl.replace('/v3', '/v2'), '2026-04-16'],
    ['of the other provider', (_didwwUrl: string, vapiUrl: string) => vapiUrl, '2026-04-16'],
  ] as const)("is said not to be DIDWW's by every read alike: one %s", async (_, addressOf, version) => {
    const sandbox = await startSandbox();
    onTestFinished(() => sandbox.stop());
    const apiUrl = addressOf(sandbox.didwwUrl, sandbox.vapiUrl);
    const settings = { apiUrl, apiKey: sandbox.didwwApiKey, version, authUrl: sandbox.didwwAuthUrl };
    const didww = createDidww(settings);
    onTestFinished(() => didww.close());

    const reads = [didww.getBalance(), didww.findDids(['+18648301018']), didww.findInboundTrunks({ name: 'x' })];
    for (const read of reads) {
      expect(await errorOf(read)).toMatchObject({
        message: `What answers at ${apiUrl} is not DIDWW's API (404).`,
        isLasting: true,
        action: "Set DIDWW_API_URL to the address of DIDWW's API 3, https://api.didww.com/v3, or leave it out.",
      });
    }
  });

  test("is said not to be Vapi's, while an object that is not there is no fault of the address", async () => {
    const sandbox = await startSandbox();
    onTestFinished(() => sandbox.stop());
    const at = (apiUrl: string) => {
      const vapi = createVapi({ apiUrl, apiKey: sandbox.vapiApiKey });
      onTestFinished(() => vapi.close());
      return vapi;
    };

    expect(await errorOf(at(`${sandbox.vapiUrl}/v1`).listTools())).toMatchObject({
      message: `What answers at ${sandbox.vapiUrl}/v1 is not Vapi's API (404).`,
      isLasting: true,
    });
    expect(await errorOf(at(sandbox.vapiUrl).getTool('0d7a1f6e-0000-4000-8000-000000000000'))).toMatchObject({
      errorClass: 'not-found',
    });
  });
});

describe('a fault of TLS is told apart from the others', () => {
  const told = (code: string): string =>
    wireFailure(
      'didww',
      createRedactor(),
      { method: 'GET', operation: 'GET /balance' },
      Object.assign(new Error('x'), { code }),
      1_000,
    ).message;

  test.each([
    ['CERT_HAS_EXPIRED', 'its TLS certificate has expired'],
    ['CERT_NOT_YET_VALID', 'its TLS certificate is not valid yet'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its TLS certificate is for another name'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'is signed by nobody that this machine trusts'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'is signed by nobody that this machine trusts'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
    ['CERT_REVOKED', 'its TLS certificate was revoked'],
    ['CERT_SIGNATURE_FAILURE', 'its TLS certificate is not valid'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'what answers there does not speak TLS'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'no TLS connection could be agreed on'],
  ])('%s', (code, words) => {
    expect(told(code)).toContain(words);
    expect(told(code)).toContain(`(${code})`);
  });

  test('where there is no TLS at all, which a real connection shows', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const vapi = createVapi({
      apiUrl: `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
      apiKey: 'some-key',
    });
    onTestFinished(() => vapi.close());

    const error = await errorOf(vapi.createCredential({ name: 'patchbay acme out', gateways: [] }));

    expect(error).toMatchObject({ errorClass: 'network', mayHaveTakenEffect: false });
    expect(error.message).toContain('what answers there does not speak TLS');
  });
});
