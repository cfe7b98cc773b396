import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { whyOf } from '../../src/domain/reports/systemFault.js';
import {
  certificateFor,
  expiredCertificateFor,
  grpcServer,
  plainServer,
  weakCertificateFor,
} from '../support/grpcServer.js';
import { KEYS, REQUEST, TEMPORAL_COMMANDS } from './commandLines.js';
import { runPatchbay } from './runPatchbay.js';

const WORDS = 'Request unauthorized';

const run = (args: readonly string[], env: Readonly<Record<string, string>>) =>
  runPatchbay(args, { env: { ...KEYS, ...env }, input: REQUEST });

describe.each([
  [16, ['TEMPORAL_API_KEY', 'TEMPORAL_TLS_CLIENT_CERT_PATH']],
  [7, ['TEMPORAL_API_KEY', 'TEMPORAL_NAMESPACE']],
  [3, ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE']],
  [12, ['TEMPORAL_ADDRESS']],
  [8, ['namespace default']],
  [13, ['TEMPORAL_ADDRESS']],
])('a Temporal that answers with gRPC status %i', (status, settings) => {
  test.each(TEMPORAL_COMMANDS.map((line) => [line, line.split(' ')] as const))(
    'is told by %s with its own words and the settings, and ends with 2',
    async (_name, words) => {
      const address = await grpcServer({ status, letsConnect: true });

      const { code, stderr } = await run(words, { TEMPORAL_ADDRESS: address });

      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(WORDS) as string });
      for (const setting of [...settings, address]) expect(stderr).toContain(setting);
      expect(stderr).not.toMatch(/does not answer|fault in Patchbay|search attributes/);
    },
  );

  test('is told in the same way where it refuses the connection already', async () => {
    const address = await grpcServer({ status });

    const { code, stderr } = await run(['list'], { TEMPORAL_ADDRESS: address });

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(WORDS) as string });
    expect(stderr).not.toContain('does not answer');
  });
});

describe('a namespace that does not exist', () => {
  test.each(TEMPORAL_COMMANDS.map((line) => [line, line.split(' ')] as const))(
    'is told by %s, which ends with 2 and advises nothing else',
    async (_name, words) => {
      const env = { TEMPORAL_ADDRESS: inject('temporalAddress'), TEMPORAL_NAMESPACE: 'of-nobody' };

      const { code, stderr } = await run(words, env);

      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/has no namespace of-nobody/) as string,
      });
      expect(stderr).toContain('TEMPORAL_NAMESPACE');
      expect(stderr).not.toMatch(/search.attribute|Status \{/);
    },
  );
});

describe('a connection that cannot be made', () => {
  const both = [['list'], ['worker']] as const;

  test.each(both)('says that the server is not asked with TLS but speaks nothing else: %s', async (...words) => {
    const address = await grpcServer({ status: 16, tls: await certificateFor('IP:127.0.0.1') });
    const { code, stderr } = await run(words, { TEMPORAL_ADDRESS: address });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('TEMPORAL_TLS=true') as string });
  });

  test.each(both)('says that the server does not speak TLS: %s', async (...words) => {
    const address = await grpcServer({ status: 16 });
    for (const env of [{ TEMPORAL_TLS: 'true' }, { TEMPORAL_API_KEY: 'key' }]) {
      const { code, stderr } = await run(words, { TEMPORAL_ADDRESS: address, ...env });
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('does not speak TLS') as string });
      expect(stderr).toContain('TEMPORAL_TLS=false');
    }
  });

  test.each(both)('says that the certificate is not trusted, or for another name: %s', async (...words) => {
    const tls = await certificateFor('DNS:temporal.example');
    const address = await grpcServer({ status: 16, tls });
    const env = { TEMPORAL_ADDRESS: address, TEMPORAL_TLS: 'true' };

    const untrusted = await run(words, env);
    const other = await run(words, { ...env, TEMPORAL_TLS_SERVER_CA_CERT_PATH: tls.certPath });

    expect(untrusted).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('TEMPORAL_TLS_SERVER_CA_CERT_PATH') as string,
    });
    expect(untrusted.stderr).toContain('not trusted');
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('TEMPORAL_TLS_SERVER_NAME') as string });
  });

  test.each(both)('says that the certificate has expired: %s', async (...words) => {
    const tls = await expiredCertificateFor('IP:127.0.0.1');
    const address = await grpcServer({ status: 16, tls });
    const env = { TEMPORAL_TLS: 'true', TEMPORAL_TLS_SERVER_CA_CERT_PATH: tls.certPath };
    const { code, stderr } = await run(words, { ...env, TEMPORAL_ADDRESS: address });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('its certificate is not valid at this time') as string,
    });
    expect(stderr).toContain('the clock here');
  });

  test.each(both)('says that the server wants a client certificate: %s', async (...words) => {
    const tls = await certificateFor('IP:127.0.0.1');
    const address = await grpcServer({ status: 16, tls, wantsCertificate: true });
    const env = { TEMPORAL_ADDRESS: address, TEMPORAL_TLS: 'true', TEMPORAL_TLS_SERVER_CA_CERT_PATH: tls.certPath };
    const { code, stderr } = await run(words, env);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('TEMPORAL_TLS_CLIENT_CERT_PATH') as string,
    });
  });

  test.each(both)('says that what answers is not gRPC: %s', async (...words) => {
    const address = await plainServer('HTTP/1.1 400 Bad Request\r\n\r\n');
    const { code, stderr } = await run(words, { TEMPORAL_ADDRESS: address });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('does not speak gRPC') as string });
  });

  test.each(both)('says that the name of the server is not known: %s', async (...words) => {
    const { code, stderr } = await run(words, { TEMPORAL_ADDRESS: 'temporal.invalid:7233' });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('the name temporal.invalid is not known') as string,
    });
  });
});

test.each(['EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'ECONNREFUSED'])(
  'a connection that ends by %s is told as every other fault of the system',
  async (code) => {
    const error = Object.assign(new Error('as Node puts it'), { code });
    const refusing = vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket) {
      process.nextTick(() => this.destroy(error));
      return this;
    });
    const { code: exit, stderr } = await run(['list'], { TEMPORAL_ADDRESS: '192.0.2.1:7233' });
    refusing.mockRestore();

    expect(exit).toBe(2);
    expect(stderr).toContain(`Temporal cannot be reached at 192.0.2.1:7233: ${whyOf(error)}.`);
  },
);

test('certificates and keys that are none are told with their settings, before anything is connected', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-junk-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = async (name: string, content: string | Uint8Array) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const [one, other] = [await certificateFor('IP:127.0.0.1'), await certificateFor('IP:127.0.0.1')];
  const weak = await weakCertificateFor('IP:127.0.0.1');
  const pem = await readFile(one.certPath, 'utf8');
  const JUNK = '-----BEGIN CERTIFICATE-----\nanVuaw==\n-----END CERTIFICATE-----\n';
  const junk = await file('junk.pem', JUNK);
  const halfJunk = await file('half.pem', pem + JUNK);
  const cutOff = await file('cut.pem', pem + pem.slice(0, 200));
  const der = await file('cert.der', new X509Certificate(pem).raw);
  const CA = 'TEMPORAL_TLS_SERVER_CA_CERT_PATH';
  const pair = (cert: string, key: string) => ({
    TEMPORAL_TLS_CLIENT_CERT_PATH: cert,
    TEMPORAL_TLS_CLIENT_KEY_PATH: key,
  });

  const rows = [
    [{ [CA]: junk }, `${CA} (or …_DATA) holds no certificate in PEM`],
    [{ [CA]: der }, `${CA} (or …_DATA) holds a certificate in DER, and has to hold it in PEM`],
    [{ [CA]: halfJunk }, `${CA} (or …_DATA) holds 2 certificates in PEM, of which number 2 is none`],
    [{ [CA]: cutOff }, `${CA} (or …_DATA) holds 2 certificates in PEM, of which number 2 is none`],
    [pair(junk, one.keyPath), 'TEMPORAL_TLS_CLIENT_CERT_PATH (or …_DATA) holds no certificate in PEM'],
    [pair(der, one.keyPath), 'TEMPORAL_TLS_CLIENT_CERT_PATH (or …_DATA) holds a certificate in DER'],
    [pair(halfJunk, one.keyPath), 'TEMPORAL_TLS_CLIENT_CERT_PATH (or …_DATA) holds 2 certificates in PEM, of which'],
    [pair(weak.certPath, weak.keyPath), 'TEMPORAL_TLS_CLIENT_CERT_PATH (or …_DATA) holds a certificate that TLS does'],
    [pair(one.certPath, junk), 'TEMPORAL_TLS_CLIENT_KEY_PATH (or …_DATA) holds no unencrypted key in PEM'],
    [pair(one.certPath, other.keyPath), 'TEMPORAL_TLS_CLIENT_KEY_PATH (or …_DATA) holds a key that is not the one of'],
    // Of another kind than the certificate's.
    [pair(one.certPath, weak.keyPath), 'TEMPORAL_TLS_CLIENT_KEY_PATH (or …_DATA) holds a key that is not the one of'],
    [{ TEMPORAL_API_KEY: 'canary key' }, 'TEMPORAL_API_KEY does not hold a key'],
  ] satisfies (readonly [Readonly<Record<string, string>>, string])[];
  const env = { TEMPORAL_ADDRESS: 'temporal.invalid:7233', TEMPORAL_TLS: 'true' };
  const told = await Promise.all(rows.map(([settings]) => run(['list'], { ...env, ...settings })));

  expect(told.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    rows.map(([, words]) => ({ code: 2, stderr: expect.stringContaining(`  ${words}`) as string })),
  );
  expect(told.map(({ stderr }) => stderr).join('\n')).not.toContain('canary');
});

test('a bundle of authorities is read whole, with remarks between its certificates', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-bundle-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const tls = await certificateFor('IP:127.0.0.1');
  const other = await certificateFor('DNS:other.example');
  const bundle = join(folder, 'bundle.pem');
  const [first, second] = [await readFile(other.certPath, 'utf8'), await readFile(tls.certPath, 'utf8')];
  await writeFile(bundle, `# other\n${first}\n# ours\r\n${second.replaceAll('\n', '\r\n')}`);
  const address = await grpcServer({ status: 16, tls });
  const env = { TEMPORAL_ADDRESS: address, TEMPORAL_TLS: 'true', TEMPORAL_TLS_SERVER_CA_CERT_PATH: bundle };

  expect((await run(['list'], env)).stderr).toContain(WORDS);
});
